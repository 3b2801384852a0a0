"""Reads of a Mapbox Vector Tile what the comparison needs: the counts on its points."""


def fields(data):
    """Number and value of each field of a protobuf message."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 2:
            length, at = varint(data, at)
            yield tag >> 3, data[at : at + length]
            at += length
        elif tag & 7 == 0:
            value, at = varint(data, at)
            yield tag >> 3, value
        else:
            width = 8 if tag & 7 == 1 else 4
            yield tag >> 3, data[at : at + width]
            at += width


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def packed(data):
    at, values = 0, []
    while at < len(data):
        value, at = varint(data, at)
        values.append(value)
    return values


def counts(tile, name):
    """The whole-number property `name` of every feature of every layer."""
    found = []
    for _, layer in fields(tile):
        parts = list(fields(layer))
        keys = [value.decode() for number, value in parts if number == 3]
        values = [next(fields(value))[1] for number, value in parts if number == 4]
        for number, feature in parts:
            if number == 2:
                tags = packed(next(value for field, value in fields(feature) if field == 2))
                named = dict(zip(tags[::2], tags[1::2]))
                found.append(values[named[keys.index(name)]])
    return found


def summary(tile, name):
    """As `summary` of the peers, without NumPy."""
    found = counts(tile, name)
    return [len(found), sum(found), sum(count * count for count in found)]
