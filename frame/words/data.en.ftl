data-label = The data of this page:
data-all = Everything (JSON)
data-table = { $title } (CSV)
