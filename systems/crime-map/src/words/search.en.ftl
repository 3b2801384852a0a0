search-title = Search for a place
search-lead = Write the name or code of a state, municipality or neighbourhood, or the name of a street. Accents, abbreviations and the order of the words do not matter.
search-summary = { $n ->
    [0] No place is called “{ $text }”.
    [one] One place for “{ $text }”.
   *[other] { $n } places for “{ $text }”.
}
search-summary-most = The first { $n } places for “{ $text }”.
search-more-words = Add the municipality or the state to find the one you are looking for: “{ $text }, Oaxaca”.
search-similar = Similar names
search-meant = Did you mean…?
search-help-title = What you can try
search-help-shorter = Write only a part of the name: “cuauh” finds Cuauhtémoc.
search-help-holder = For a street or a neighbourhood, add the municipality or the state: “juárez oaxaca”.
search-help-missing = If it is a town or a neighbourhood, search for the municipality it lies in: its layer may not have been added to this portal.
search-postal-title = “{ $code }” looks like a postal code
search-postal-text = Postal codes are not in the catalogue: there is no open list of their boundaries that this portal could publish. Search for the neighbourhood, the street or the municipality by name.
search-postal-codes = There are geographic codes with those five digits; a geographic code is not a postal code:
search-examples-title = Examples
search-examples-lead = These work as well:
kind-street = Street

near-title = Near here
near-lead = Your position does not leave this device: the portal sends the list of all places, and your browser finds the nearest ones in it.
near-button = Find places near me
near-asking = Waiting for the position of your device…
near-loading = Looking through all places…
near-found = Places that may hold your position, the one with the nearest centre first:
near-nothing = Your position is outside the places of this portal.
near-denied = The browser did not give leave to use the position. You can search for the place by name.
near-failed = The position could not be found. Try again, or search for the place by name.
near-offline = The list of places could not be fetched. Check your connection and try again.
home-search-title = Find your municipality, neighbourhood or street
