range = { $low } a { $high }

change-title = Qué cambió
change-heading = { $now } frente a { $before }
change-more = { $now } incidentes frente a { $before }: { $difference } más.
change-fewer = { $now } incidentes frente a { $before }: { $difference } menos.
change-same = { $now } incidentes en cada periodo.
change-nothing = Ningún incidente en los dos periodos.
change-interval = Intervalo de 95 %: { $interval }.
change-beyond-more = El aumento es mayor que lo que explicaría el azar.
change-beyond-fewer = La disminución es mayor que lo que explicaría el azar.
change-chance = La diferencia no se distingue del azar.
change-days = Los periodos tienen { $now } y { $before } días; el porcentaje es por día.
change-refused = No se compara
change-no-share = Sin porcentaje
change-begins = La serie comienza en { $month }: no hay con qué comparar.
change-missing = La fuente no tiene datos de { $months }: la diferencia sería de los datos y no de los hechos.
change-silent = Este lugar no reportó en { $months }: la diferencia sería del registro y no de los hechos.
change-caution = Se comparan cuentas. La prueba supone que los hechos son independientes entre sí y que se registran igual en los dos periodos: un cambio en la denuncia o en el registro se ve igual que un cambio en los hechos. Los meses más recientes todavía pueden crecer con denuncias tardías.
change-method = Cómo se compara
change-offences-title = Qué delitos cambiaron más
change-offences-caption = { $heading }; primero las diferencias más grandes. «Más que azar» ya descuenta que se miran muchos delitos a la vez.
change-summary = { $beyond ->
    [0] De { $n } delitos, ninguno cambió más que lo que explicaría el azar.
    [one] De { $n } delitos, uno cambió más que lo que explicaría el azar.
   *[other] De { $n } delitos, { $beyond } cambiaron más que lo que explicaría el azar.
}
head-difference = Diferencia
head-verdict = ¿Más que azar?
verdict-more = Aumentó
verdict-fewer = Disminuyó
verdict-chance = No se distingue

comparison-title = Frente a sus vecinos y a los lugares que lo contienen
comparison-caption = Tasa por 100 mil habitantes con su intervalo de 95 %, { $period }. La línea vertical es la tasa de este lugar.
comparison-own = Este lugar
comparison-above = Lugares que lo contienen
comparison-neighbours = Lugares vecinos
comparison-ordinary = Los delitos sensibles no se cuentan en un detalle menor que el municipio; aquí tampoco se cuentan en los lugares que lo contienen, para que las tasas sean comparables.
comparison-uncovered = { $n ->
    [one] Un lugar vecino queda fuera del territorio de los datos.
   *[other] { $n } lugares vecinos quedan fuera del territorio de los datos.
}
comparison-more = { $n ->
    [one] Hay otro lugar vecino, con un límite común más corto.
   *[other] Hay otros { $n } lugares vecinos, con límites comunes más cortos.
}
comparison-alone = Ningún otro lugar de esta capa comparte un límite con éste.
comparison-link = Comparar con sus vecinos
comparison-chart = Tasa e intervalo

children-more = Ver los demás lugares
print-address = Dirección de esta página:

nav-compare = Comparar
compare-title = Comparar lugares
compare-lead = De dos a cuatro lugares, de cualquier capa, con las mismas cifras y en la misma escala.
compare-form = Lugares que se comparan
compare-submit = Comparar
compare-empty-title = Elija al menos dos lugares
compare-empty-text = Escriba su nombre o su código en el formulario, o empiece por una de estas comparaciones.
compare-figures = Cifras
compare-caption = Tasa por 100 mil habitantes con su intervalo de 95 %. La línea vertical es la tasa del primer lugar.
compare-population = Población
compare-change = Frente a un año antes
compare-ordinary = Uno de los lugares es menor que un municipio: los delitos sensibles no se cuentan en ninguno, para que las tasas sean comparables.
compare-ratio-title = Cómo se comparan sus tasas
compare-ratio-lead = Cuántas veces la tasa de { $place } es la de cada uno de los otros lugares.
compare-ratio = Razón
compare-higher = Más alta, más de lo que explicaría el azar.
compare-lower = Más baja, más de lo que explicaría el azar.
compare-nested = Un lugar contiene al otro: comparten incidentes y no se comparan entre sí.
compare-no-ratio = Falta la tasa de alguno de los dos.
compare-trend-rate = Incidentes por mes por cada 100 mil habitantes
compare-trend-count = Incidentes por mes
compare-trend-note = Cada cuadro resalta un lugar; los demás quedan punteados detrás. Todos usan la misma escala.
compare-month = Mes
compare-mix-title = De qué delitos se componen
compare-mix-caption = Parte de cada delito en los incidentes del lugar; primero los de mayor parte en alguno.
compare-caution = La prueba supone que los hechos son independientes entre sí y que se registran igual en los lugares que se comparan: una diferencia en la denuncia o en el registro se ve igual que una diferencia en los hechos.

street-kind = Calle
street-layer = trazo
street-nameless = Tramo de calle sin nombre
street-description = Incidentes por tramo, por año y por delito en { $street }, con el umbral de publicación.
street-quiet-title = Ningún tramo de esta calle llega a tres incidentes.
street-quiet-text = Los tramos con menos de tres incidentes no se publican, para que nadie pueda ser reconocido. Eso no quiere decir que no haya ninguno. El municipio tiene su propia página, con todas las cifras.
street-total = Incidentes en los tramos que se muestran
street-total-note = Es la suma de los tramos de la tabla, y no incluye los que no se muestran.
street-segments-shown = Tramos que se muestran
street-withheld = { $n ->
    [one] Otro tramo tiene menos de { $threshold } incidentes, o ninguno, y no se muestra.
   *[other] Otros { $n } tramos tienen menos de { $threshold } incidentes, o ninguno, y no se muestran.
}
street-length = Longitud de toda la calle:
street-segments = Por tramo
street-segments-caption = De esquina a esquina, en toda la serie; sólo los tramos con al menos tres incidentes.
street-years = Por año
street-parts-caption = Suma de lo que por tramo llega al umbral de tres. Puede ser menor que el total de la calle.
street-not-shown = no se muestra
street-year-part = (incompleto)
street-years-none = Por año, ningún tramo llega al umbral, o mostrarlo revelaría cuántos hay en otro: no se publica.
street-offences-none = Por delito, ningún tramo llega al umbral, o mostrarlo revelaría cuántos hay de otro: no se publica.
street-between = Entre { $first } y { $last }
street-at = Junto a { $street }
street-crossings = Calles que la cruzan
street-explore = Ver todas las calles del municipio
street-privacy = Qué no se publica y por qué
