official-found-label-disagrees = La etiqueta dice { $label } y las cifras siguen hasta { $last }.
official-found-label-ends = La etiqueta termina en { $last }, y { $months ->
    [one] el mes posterior solo tiene ceros.
   *[other] los { $months } meses posteriores solo tienen ceros.
}
official-found-publication-ends = La fecha de publicación termina en { $last }, y { $months ->
    [one] el mes posterior solo tiene ceros.
   *[other] los { $months } meses posteriores solo tienen ceros.
}
official-found-silence = { $months ->
    [one] El último mes solo tiene ceros;
   *[other] Los últimos { $months } meses solo tienen ceros;
} en los { $before } anteriores se contaron { $total }.
official-found-figures-end = Las cifras terminan en { $last }.
official-found-no-totals = La fuente no trae totales.
official-found-totals-equal = { $compared ->
    [one] El único total es
   *[other] Los { $compared } totales son
} la suma de sus partes.
official-found-totals-differ = { $differ } de { $compared } totales no son la suma de sus partes. El primero: { $place }, { $period ->
    [all-periods] todos los periodos
   *[other] { $period }
}: el total dice { $total } y sus partes suman { $parts }.
official-found-series-complete = { $places } lugares × { $leaves } clases × { $years } años.
official-found-series-without-row = { $places } lugares × { $leaves } clases × { $years } años; { $holes } cifras no tienen renglón.
official-found-series-short = { $places } lugares × { $leaves } clases × { $years } años; { $short } lugares no tienen las { $leaves } clases; el primero es { $first }.
official-found-states = { $count } de { $all } entidades.
official-found-all-listed = Todos.
official-found-offences-unlisted = { $rows } renglones traen un delito que la clasificación no tiene.
official-found-places-unlisted = { $rows } renglones traen un lugar que el territorio no tiene.
official-found-names-disagree = { $rows } renglones nombran un lugar de otro modo que su clave.
official-found-municipalities-all = Los { $all } municipios de { $states ->
    [one] una entidad.
   *[other] { $states } entidades.
}
official-found-municipalities-absent = { $absent } de { $all } municipios no tienen renglón; el primero es { $first }.
official-found-blanks = { $blanks } cifras en blanco antes del corte.
official-found-published = Publicada el { $published }; sus cifras llegan a { $last }.
official-found-rejected = { $rows } renglones rechazados, que no están en ninguna cifra.
official-found-publication-assumed = Publicada el { $published } (se supone: es el día de la importación); sus cifras llegan a { $last }.
official-found-stated-once = Ninguna cifra se repite.
official-found-repeated = { $rows } renglones repiten cifras con los mismos valores.
official-found-contradicted = { $rows } renglones dan a una cifra otro valor que un renglón anterior, cuyo valor queda. El primero: { $first }.
official-found-label-later = La etiqueta dice { $label } y las cifras terminan en { $last }.
official-found-coverage-lost = { $lost } de las { $all } entidades de la edición anterior no están en esta; la primera es { $first }.
official-found-silent = { $count ->
    [one] Un mes de una fiscalía tiene solo ceros, después de un año que hace esperar muchos:
   *[other] { $count } meses de fiscalías tienen solo ceros, después de un año que hace esperar muchos; el primero:
} { $first }, { $period }.
official-found-no-silence = Ninguna fiscalía tiene un mes de ceros que su año anterior haga improbable.
official-found-published-before = Publicada el { $published }, antes que la edición del { $newest } que ya se conocía: cambian las respuestas a los días de en medio.
