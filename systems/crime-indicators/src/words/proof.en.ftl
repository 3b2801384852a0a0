proof-title = Proof of a figure
proof-figure-title = Proof of an official figure
proof-edition-title = Proof of the edition { $edition }
proof-entry-title = Proof of entry { $n } of the ledger
proof-description = Shows that a figure is the one that was published and that nobody has changed it since.
proof-lead = This page shows that the figure is the one published in that edition, and that the edition still stands, unchanged, in a public ledger that can only be added to. You need not believe this site: the arithmetic is done again in your browser or on your computer.
proof-check-title = Check it yourself
proof-check-text = The whole proof is in this page. The button does the arithmetic again in your browser, sends nothing and works without a connection; once the page has loaded you may go offline.
proof-verify = Verify in this browser
proof-verified = Verified: it leads to entry { $index } of the { $size } of the ledger { $origin }, signed by its key; witnesses that cosign it: { $witnesses }.
proof-refused = It does not verify:
proof-refused-format = this is no proof.
proof-refused-figure = the figure is not the one that was published in that edition.
proof-refused-entry = the edition does not stand like this in the ledger.
proof-refused-signature = it is not signed by the key of the ledger.
proof-refused-witnesses = signatures of witnesses are missing.
proof-text-label = Text of the proof
proof-download = Download the proof
proof-bytes = { $n } bytes
proof-command-text = Without a browser: save the proof and check it with the program, offline too. So as not to depend on this site, take the key from another source that you trust.
proof-command-label = Command that verifies
proof-links-title = How it holds together
proof-link-row = The row.
proof-link-row-text = It is number { $n } of the { $rows } of the edition, written in the only form possible:
proof-link-root = The root over the rows.
proof-link-root-text = { $n ->
    [one] One hash leads
   *[other] { $n } hashes lead
} from the row to one hash of all of them; if a row changed, it would change:
proof-link-entry = The entry.
proof-link-entry-text = Entry { $n } ({ $kind }), made on { $recorded }, keeps this root and the hash of the edition.
proof-link-published = Published by the source on { $day }.
proof-link-head = The head of the ledger.
proof-link-head-text = { $n ->
    [one] One hash leads
   *[other] { $n } hashes lead
} from the entry to the root of the { $size } entries of { $origin }:
proof-link-signed = The signatures.
proof-link-signed-by = The head is signed by
proof-link-unsigned = nobody who is known here.
proof-link-alone = No witness has cosigned it yet: whoever keeps an earlier head can check that the ledger was not rewritten.
proof-link-cosigned = It is cosigned by the witnesses
proof-one = Prove a figure of this edition
proof-another = Prove another figure of this edition
proof-place-hint = The code, such as MX-09 or MX-09-015
proof-period-hint = From { $first } to { $last }
proof-submit = See the proof
proof-nothing = First choose an edition:
