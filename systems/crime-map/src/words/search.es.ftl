search-title = Buscar un lugar
search-lead = Escriba el nombre o la clave de un estado, un municipio o una colonia, o el nombre de una calle. No importan los acentos, las abreviaturas ni el orden de las palabras.
search-summary = { $n ->
    [0] Ningún lugar se llama «{ $text }».
    [one] Un lugar para «{ $text }».
   *[other] { $n } lugares para «{ $text }».
}
search-summary-most = Los primeros { $n } lugares para «{ $text }».
search-more-words = Agregue el municipio o el estado para encontrar el que busca: «{ $text }, Oaxaca».
search-similar = Nombres parecidos
search-meant = ¿Quiso decir…?
search-help-title = Qué puede intentar
search-help-shorter = Escriba sólo una parte del nombre: «cuauh» encuentra Cuauhtémoc.
search-help-holder = Para una calle o una colonia, agregue el municipio o el estado: «juárez oaxaca».
search-help-missing = Si es una localidad o una colonia, busque el municipio en el que está: quizá su capa no se ha agregado a este portal.
search-postal-title = «{ $code }» parece un código postal
search-postal-text = Los códigos postales no están en el catálogo: no hay una lista abierta de sus límites que este portal pueda publicar. Busque la colonia, la calle o el municipio por su nombre.
search-postal-codes = Sí hay claves geográficas con esos cinco dígitos; una clave geográfica no es un código postal:
search-examples-title = Ejemplos
search-examples-lead = Así también se encuentra:
kind-street = Calle

near-title = Cerca de aquí
near-lead = Su ubicación no sale de este dispositivo: el portal envía la lista de todos los lugares y su navegador busca ahí los más cercanos.
near-button = Buscar lugares cerca de mí
near-asking = Esperando la ubicación de su dispositivo…
near-loading = Buscando entre todos los lugares…
near-found = Lugares que pueden contener su ubicación, el de centro más cercano primero:
near-nothing = Su ubicación está fuera de los lugares de este portal.
near-denied = El navegador no dio permiso de usar la ubicación. Puede buscar el lugar por su nombre.
near-failed = No se pudo obtener la ubicación. Inténtelo de nuevo o busque el lugar por su nombre.
near-offline = No se pudo descargar la lista de lugares. Revise su conexión e inténtelo de nuevo.
home-search-title = Encuentre su municipio, su colonia o su calle
