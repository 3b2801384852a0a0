official-found-label-disagrees = The label says { $label } and figures go on to { $last }.
official-found-label-ends = The label ends at { $last }, and the { $months ->
    [one] month after it holds only zeros.
   *[other] { $months } months after it hold only zeros.
}
official-found-publication-ends = The date of publication ends at { $last }, and the { $months ->
    [one] month after it holds only zeros.
   *[other] { $months } months after it hold only zeros.
}
official-found-silence = The last { $months ->
    [one] month holds only zeros;
   *[other] { $months } months hold only zeros;
} in the { $before } before, { $total } were counted.
official-found-figures-end = Figures end at { $last }.
official-found-no-totals = The source states no totals.
official-found-totals-equal = { $compared ->
    [one] The only total equals
   *[other] All { $compared } totals equal
} the sum of the parts.
official-found-totals-differ = { $differ } of { $compared } totals differ from the sum of their parts. The first: { $place }, { $period ->
    [all-periods] all periods
   *[other] { $period }
}: the total says { $total } and its parts sum to { $parts }.
official-found-series-complete = { $places } places × { $leaves } classes × { $years } years.
official-found-series-without-row = { $places } places × { $leaves } classes × { $years } years; { $holes } figures have no row.
official-found-series-short = { $places } places × { $leaves } classes × { $years } years; { $short } places lack some of the { $leaves } classes; the first is { $first }.
official-found-states = { $count } of { $all } states.
official-found-all-listed = All of them.
official-found-offences-unlisted = { $rows } rows have an offence that the classification does not list.
official-found-places-unlisted = { $rows } rows have a place that the territory does not list.
official-found-names-disagree = { $rows } rows name a place otherwise than its code does.
official-found-municipalities-all = All { $all } municipalities of { $states ->
    [one] one state.
   *[other] { $states } states.
}
official-found-municipalities-absent = { $absent } of { $all } municipalities have no row; the first is { $first }.
official-found-blanks = { $blanks } figures are blank before the cut-off.
official-found-published = Published on { $published }; its figures go to { $last }.
official-found-rejected = { $rows } rows are rejected and in no figure.
official-found-publication-assumed = Published on { $published } (assumed: the day of the import); its figures go to { $last }.
official-found-stated-once = No figure is stated twice.
official-found-repeated = { $rows } rows repeat figures with the same values.
official-found-contradicted = { $rows } rows state a figure with another value than a row before them, whose value stands. The first: { $first }.
official-found-label-later = The label says { $label } and figures end at { $last }.
official-found-coverage-lost = { $lost } of the { $all } states of the edition before are not in this one; the first is { $first }.
official-found-silent = { $count ->
    [one] One month of an office has only zeros, after a year that leads one to expect many:
   *[other] { $count } months of offices have only zeros, after a year that leads one to expect many; the first:
} { $first }, { $period }.
official-found-no-silence = No office has a month of zeros that its year before makes improbable.
official-found-published-before = Published on { $published }, before the edition of { $newest } that was known already: answers as of the days between change.
