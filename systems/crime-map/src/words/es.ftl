crime-map-title = Mapa de la incidencia delictiva

nav-home = Inicio
nav-explore = Explorar
nav-datasets = Datos
nav-methods = Métodos

per-100k = por 100 mil habitantes
unit-incidents = incidentes
no-months = sin meses con fecha
no-missing = Ningún mes falta en la serie.
missing-months = Meses sin datos:
and-more = y { $n } más
not-computable = No calculable
interval-label = Intervalo de 95 %:
no-rate-population = No hay cifra de población de este lugar para ese año, así que no se calcula una tasa.
no-rate-empty = La población de este lugar es cero en la edición consultada: no hay tasa posible.
no-rate-period = No hay doce meses seguidos con datos: una tasa anual no sería comparable.
no-rate-outside = El lugar está fuera del territorio de los datos.
no-rate-part = Los datos son sobre una parte de este lugar, así que no se calcula una tasa de todo él.
no-rate-part-short = Sólo una parte
no-rate-unstated = El conjunto de datos no dice qué territorio cubre, así que no se calcula una tasa.
no-rate-silent = No reportó en { $months }: la tasa del periodo quedaría por debajo de la real.
no-rate-population-short = Sin cifra de población
no-rate-silent-short = No reportó en { $months }
cell-missing = s/d
outside-coverage = Fuera del territorio de los datos

kind-nation = País
kind-states = Entidad federativa
kind-municipalities = Municipio o alcaldía
kind-alcaldias = Alcaldía
kind-colonias = Colonia
kind-cuadrantes = Cuadrante
kind-demo-colonias = Colonia de Villa Tequio
layer-nation = País
layer-states = Entidades federativas
layer-municipalities = Municipios y alcaldías
layer-alcaldias = Alcaldías
layer-colonias = Colonias
layer-cuadrantes = Cuadrantes
layer-streets = Calles
layer-calles = Calles
layer-demo-colonias = Colonias de Villa Tequio
layer-demo-streets = Calles de Villa Tequio
layer-of-id = Capa { $id }

home-title = Inicio
home-heading = Qué delitos se registran, dónde y cuándo
home-lead = Cada cifra lleva a la edición de los datos de la que salió, y cada mapa a una tabla.
home-description = { $n } incidentes registrados, { $span }: mapa, tablas y descargas.
home-map-title = Tasa por entidad federativa
home-map-title-within = { $layer } de { $place }: tasa
home-map-note = Incidentes por 100 mil habitantes en los doce meses más recientes con datos completos.
home-legend = Incidentes por 100 mil habitantes, { $period }
home-table-caption = Incidentes, tasa por 100 mil habitantes e intervalo exacto de 95 %
home-sums = Incidentes del periodo:
home-explore = Explorar en el mapa
home-nation = Ver el país
home-whole = Ver { $place }
home-covers = Estos datos son sobre { $place }. De otros lugares no dicen nada: ahí no hay ceros, sino ausencia de datos.
home-covers-unstated = Estos datos no declaran un territorio del catálogo: se cuentan por mes, por delito y por celda, sin tasas.
home-others = Otros conjuntos de datos:
home-trend-label = Incidentes por mes, { $span }
legend-method-places = Clases por cuantiles: cada color reúne más o menos el mismo número de lugares.
population-edition = Población

figure-incidents = Incidentes
figure-located = con ubicación
figure-period = Periodo
figure-dataset = Conjunto de datos
figure-rate = Tasa por 100 mil habitantes
figure-whole = En toda la serie:
figure-rows = Renglones leídos
imported-on = importada el

head-place = Lugar
head-incidents = Incidentes
head-rate = Tasa
head-interval = Intervalo de 95 %
head-year = Año
head-total = Total
head-offence = Delito
head-dataset = Conjunto de datos
head-newest = Edición más reciente
head-span = Periodo
head-accepted = Aceptados
head-rejected = Rechazados
head-edition = Edición
head-imported = Importada
head-reason = Motivo
head-rows = Renglones
head-flag = Marca
head-file = Archivo
head-bytes = Bytes

trend-title = Tendencia por mes
trend-label = Incidentes por mes en { $place }
trend-missing = Meses sin datos en la fuente:
trend-silent = Meses en que este lugar no reportó:
trend-table-open = Ver los números por mes
trend-table = Incidentes por año y mes (s/d: sin datos)

place-description = { $place }: { $n } incidentes, { $period }.
rate-population = Población { $year }: { $n } ({ $edition }).
place-part = Los datos son sobre { $territory }: las cifras de esta página no son las de todo el lugar.
uncovered-lead = Estos datos no cubren este lugar.
uncovered-text = «{ $dataset }» es sobre { $territory }. De este lugar no dice nada, y eso no es lo mismo que cero.
uncovered-text-unstated = «{ $dataset }» no tiene incidentes aquí ni declara un territorio del catálogo. Eso no es lo mismo que cero.
uncovered-strays = { $n ->
    [one] Un incidente tiene coordenadas de este lugar; no es una cifra sobre él.
   *[other] { $n } incidentes tienen coordenadas de este lugar; no son una cifra sobre él.
}
uncovered-others = Datos que sí cubren este lugar
crumbs-label = Territorio que lo contiene
offences-title = Delitos
offences-more = Ver los demás delitos
offences-rest = Los demás delitos
no-incidents = No hay incidentes en el periodo.
hours-title = Día y hora
hours-head = Hora
hours-caption = Incidentes por hora y día de la semana, { $period }. La hora desconocida va aparte.
children-unknown = { $n } incidentes de este lugar no están en la tabla porque no tienen ubicación o caen fuera de estos límites.
map-title = Mapa
map-note = El mapa muestra las mismas cuentas que las tablas de la página. Al acercarlo aparecen lugares más pequeños.
map-label-place = Mapa de incidentes en { $place }; las tablas de la página tienen las mismas cifras
map-label-explore = Mapa de incidentes; la tabla de la página tiene las mismas cifras
map-loading = Cargando el mapa…
map-failed = El mapa no se pudo mostrar. La tabla tiene las mismas cifras.
map-empty = Nada que contar en esta vista
map-method = Clases por cuantiles
map-zoom-in = Acercar
map-zoom-out = Alejar
map-popup-close = Cerrar
map-cell = Celda
map-segment = Tramo de calle
map-open-place = Abrir la página del lugar
more-title = Seguir
more-explore = Explorar en el mapa
more-csv = Descargar CSV
more-json = Ver JSON
more-methods = Cómo se calcula

explore-title = Explorar
explore-description = Cuente incidentes por lugar, periodo y delito, en mapa y en tabla.
explore-sentence = { $offences }. { $places }. { $period }.
filters-label = Filtros
field-dataset = Conjunto de datos
field-period = Periodo
field-period-all = Toda la serie
field-period-hint = 2024, 2024-03, 2023..2024
field-offence = Delito
field-offence-all = Todos
field-place = Lugar
field-place-all = Todo el territorio
field-place-hint = Nombre o código, como Oaxaca
field-level = Detalle
field-submit = Contar
level-auto = Automático
level-cells = Celdas
cells-width = Celdas de unos { $km } km
level-streets = Calles
period-latest = Doce meses más recientes
all-offences = Todos los delitos
all-ordinary-offences = Todos los delitos, menos los sensibles
all-places = Todo el territorio
answer-title = Resultado
table-more = Se muestran { $shown } renglones; los otros { $n } están en la descarga.
no-rows = Ningún incidente ubicado cumple los filtros.
street-unnamed = Calle sin nombre ({ $code })
sums-title = Cómo se forma el total
sum-inside = En la tabla
sum-unlocated = Sin ubicación
sum-outside = Fuera de los límites
sum-far = Lejos de las calles cargadas
sum-unknown = Sin valor conocido o publicable

datasets-title = Datos
datasets-description = Conjuntos de datos, sus ediciones y su calidad.
datasets-lead = Qué archivos se recibieron, qué se hizo con ellos y qué les falta. Una corrección es una edición nueva; la anterior sigue en su dirección.
datasets-none = Todavía no se ha importado ningún archivo.
editions-title = Ediciones
editions-lead = La más reciente va primero. Cada edición es inmutable.
editions-count = { $n ->
    [one] 1 edición
   *[other] { $n } ediciones
}
edition-description = Archivos recibidos, renglones aceptados y rechazados, marcas de calidad y meses que faltan.
edition-trend-label = Incidentes por mes en la edición
rows-equation = Leídos = aceptados + rechazados, siempre.
rejected-note = Se conservan con su número de renglón y su motivo.
completeness-title = Cobertura por mes
completeness-lead = Incidentes por mes de ocurrencia. Un mes sin datos se dibuja como hueco, no como cero.
rejects-title = Renglones rechazados
rejects-none = Ningún renglón fue rechazado.
rejects-caption = Por motivo, con su parte de los renglones leídos
flags-title = Marcas de calidad
flags-none = Ninguna revisión encontró nada que señalar.
flags-caption = Renglones aceptados que una revisión señaló. Nada se corrige: la marca queda en el renglón.
sources-title = Archivos recibidos
meta-attribution = Fuente y licencia
meta-imported = Importada
meta-format = Formato
meta-precision = Precisión del tiempo
meta-checked = Revisada contra
meta-supersedes = Sigue a
meta-content = SHA-256 del contenido
precision-day = Día
precision-month = Mes (no hay días ni horas)
precision-year = Año
precision-unknown = Desconocida
downloads-title = Descargas
download-municipality-month = Incidentes por municipio y mes
download-offence-month = Incidentes por delito y mes
download-hour = Incidentes por día de la semana y hora

search-title = Buscar un lugar
search-lead = Escriba el nombre o el código de un estado, un municipio o una colonia, o el nombre de una calle. Los acentos no importan.
search-summary = { $n ->
    [0] Ningún lugar se llama «{ $text }».
    [one] Un lugar para «{ $text }».
   *[other] { $n } lugares para «{ $text }».
}
search-help = Revise la ortografía o pruebe con una parte del nombre.

reject-wrong-field-count = El renglón tiene más o menos campos que el encabezado.
reject-unclosed-quote = Una comilla se abre y nunca se cierra.
reject-invalid-encoding = Hay bytes que no son texto en la codificación del archivo.
reject-offence-missing = No dice qué delito fue.
reject-date-unparsed = La fecha no se puede leer.
reject-coordinate-unparsed = Una coordenada no es un número, o falta una de las dos.
reject-coordinate-out-of-range = La coordenada no está en la Tierra.

flag-duplicate-row = Todos los campos son iguales a los de un renglón anterior.
flag-duplicate-id = El identificador ya está en un renglón anterior.
flag-time-placeholder = La hora es la que la fuente escribe cuando no la sabe: la hora es desconocida.
flag-time-missing = No hay hora del día: la hora es desconocida.
flag-time-unparsed = La hora no se pudo leer: la hora es desconocida.
flag-time-nonstandard = La hora está escrita de forma poco usual; se leyó de todos modos.
flag-date-missing = No hay fecha del hecho: sólo se sabe el año, o nada.
flag-year-disagrees = La columna del año y la fecha no coinciden; cuenta la fecha.
flag-point-missing = No hay coordenadas: el hecho no tiene ubicación.
flag-point-placeholder = Coordenadas 0, 0 u otro relleno: el hecho no tiene ubicación.
flag-outside-territory = El punto cae fuera del territorio de los datos.
flag-label-disagrees = La etiqueta nombra otro lugar que el que contiene el punto.
flag-name-normalised = El nombre del delito se juntó con su gemelo (espacios, mayúsculas o acentos).
flag-reported-before-event = La denuncia tiene fecha anterior al hecho.

note-sensitive = Por protección de las víctimas, los delitos sensibles no se cuentan en un detalle menor que el municipio.
note-whole-cells = Los filtros de caja, polígono o círculo se componen de celdas enteras.
note-quiet-streets = Las calles y tramos con menos de tres incidentes no se listan; sus incidentes quedan en «sin valor conocido o publicable».
empty-title = Todavía no hay datos
empty-text = Esta instalación no ha importado ningún archivo. Quien la opera puede hacerlo con un solo comando:
