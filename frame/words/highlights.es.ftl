highlights-title = Cifras oficiales
highlights-lead = Lo que publican las instituciones, con su unidad y su edición. No son los incidentes del mapa.
highlights-synthetic = Sintética
