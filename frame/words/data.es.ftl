data-label = Los datos de esta página:
data-all = Todo (JSON)
data-table = { $title } (CSV)
