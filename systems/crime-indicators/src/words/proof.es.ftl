proof-title = Prueba de una cifra
proof-figure-title = Prueba de una cifra oficial
proof-edition-title = Prueba de la edición { $edition }
proof-entry-title = Prueba del asiento { $n } del registro
proof-description = Demostración de que una cifra es la que se publicó y de que nadie la ha cambiado desde entonces.
proof-lead = Esta página demuestra que la cifra es la que se publicó en esa edición y que la edición sigue, sin cambios, en un registro público al que sólo se puede añadir. No hay que creerle a este sitio: la cuenta se rehace en su navegador o en su computadora.
proof-check-title = Compruébela usted
proof-check-text = La prueba completa está en esta página. El botón rehace la cuenta en su navegador, sin enviar nada y aun sin conexión; después de cargar la página puede desconectarse.
proof-verify = Verificar en este navegador
proof-verified = Verificada: lleva al asiento { $index } de los { $size } del registro { $origin }, firmado por su clave; testigos que lo cofirman: { $witnesses }.
proof-refused = No se verifica:
proof-refused-format = esto no es una prueba.
proof-refused-figure = la cifra no es la que se publicó en esa edición.
proof-refused-entry = la edición no está así en el registro.
proof-refused-signature = no la firma la clave del registro.
proof-refused-witnesses = faltan firmas de testigos.
proof-text-label = Texto de la prueba
proof-download = Descargar la prueba
proof-bytes = { $n } bytes
proof-command-text = Sin navegador: guarde la prueba y compruébela con el programa, también sin conexión. Para no depender de este sitio, tome la clave de otra fuente en la que confíe.
proof-command-label = Orden para verificar
proof-links-title = Cómo se encadena
proof-link-row = El renglón.
proof-link-row-text = Es el { $n } de los { $rows } de la edición, escrito en una sola forma posible:
proof-link-root = La raíz de los renglones.
proof-link-root-text = { $n ->
    [one] Una huella lleva
   *[other] { $n } huellas llevan
} del renglón a una sola huella de todos ellos; si un renglón cambiara, ésta cambiaría:
proof-link-entry = El asiento.
proof-link-entry-text = El asiento { $n } ({ $kind }), hecho el { $recorded }, guarda esa raíz y la huella de la edición.
proof-link-published = Publicada por la fuente el { $day }.
proof-link-head = La cabeza del registro.
proof-link-head-text = { $n ->
    [one] Una huella lleva
   *[other] { $n } huellas llevan
} del asiento a la raíz de los { $size } asientos de { $origin }:
proof-link-signed = Las firmas.
proof-link-signed-by = La cabeza la firma
proof-link-unsigned = nadie que se conozca aquí.
proof-link-alone = Ningún testigo la ha cofirmado todavía: quien conserve una cabeza anterior puede comprobar que el registro no se reescribió.
proof-link-cosigned = La cofirman los testigos
proof-one = Probar una cifra de esta edición
proof-another = Probar otra cifra de esta edición
proof-place-hint = La clave, como MX-09 o MX-09-015
proof-period-hint = De { $first } a { $last }
proof-submit = Ver la prueba
proof-nothing = Elija primero una edición:
