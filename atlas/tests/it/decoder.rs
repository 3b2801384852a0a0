//! Reads Mapbox Vector Tiles as the specification says, apart from the code that writes them.

use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    Number(u64),
}

impl Value {
    pub fn number(&self) -> u64 {
        match self {
            Self::Number(number) => *number,
            Self::Text(text) => panic!("{text} is not a number"),
        }
    }

    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => panic!("{number} is not a text"),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Feature {
    pub id: u64,
    pub kind: u64,
    pub properties: BTreeMap<String, Value>,
    /// Parts, and whether each was closed.
    pub parts: Vec<(Vec<(i64, i64)>, bool)>,
}

#[derive(Clone, Debug)]
pub struct Layer {
    pub name: String,
    pub version: u64,
    pub extent: u64,
    pub features: Vec<Feature>,
}

enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let (mut value, mut shift) = (0, 0);
    loop {
        let (first, rest) = bytes.split_first().expect("a whole varint");
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        shift += 7;
        if first & 0x80 == 0 {
            return value;
        }
    }
}

fn fields(mut bytes: &[u8]) -> Vec<(u64, Field<'_>)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        let field = match tag & 7 {
            0 => Field::Number(varint(&mut bytes)),
            2 => {
                let length = varint(&mut bytes) as usize;
                let (value, rest) = bytes.split_at(length);
                bytes = rest;
                Field::Bytes(value)
            }
            wire => panic!("wire type {wire}"),
        };
        fields.push((tag >> 3, field));
    }
    fields
}

fn packed(mut bytes: &[u8]) -> Vec<u64> {
    let mut values = Vec::new();
    while !bytes.is_empty() {
        values.push(varint(&mut bytes));
    }
    values
}

fn value(bytes: &[u8]) -> Value {
    match &fields(bytes)[..] {
        [(1, Field::Bytes(text))] => Value::Text(String::from_utf8(text.to_vec()).unwrap()),
        [(5, Field::Number(number))] => Value::Number(*number),
        _ => panic!("a value of another type"),
    }
}

fn geometry(commands: &[u64]) -> Vec<(Vec<(i64, i64)>, bool)> {
    let zigzag = |value: u64| (value >> 1).cast_signed() ^ -((value & 1).cast_signed());
    let (mut parts, mut at, mut cursor) = (Vec::<(Vec<(i64, i64)>, bool)>::new(), 0, (0i64, 0i64));
    while at < commands.len() {
        let (id, repeat) = (commands[at] & 7, commands[at] >> 3);
        at += 1;
        if id == 7 {
            assert_eq!(repeat, 1);
            parts.last_mut().unwrap().1 = true;
            continue;
        }
        for _ in 0..repeat {
            let (dx, dy) = (zigzag(commands[at]), zigzag(commands[at + 1]));
            assert!(id != 2 || (dx, dy) != (0, 0), "a step to the same vertex");
            cursor = (cursor.0 + dx, cursor.1 + dy);
            at += 2;
            match id {
                1 => parts.push((vec![cursor], false)),
                2 => parts.last_mut().unwrap().0.push(cursor),
                _ => panic!("command {id}"),
            }
        }
    }
    parts
}

fn feature(bytes: &[u8], keys: &[String], values: &[Value]) -> Feature {
    let mut feature = Feature { id: 0, kind: 0, properties: BTreeMap::new(), parts: Vec::new() };
    for field in fields(bytes) {
        match field {
            (1, Field::Number(id)) => feature.id = id,
            (2, Field::Bytes(tags)) => {
                for pair in packed(tags).chunks(2) {
                    let known =
                        feature.properties.insert(keys[pair[0] as usize].clone(), values[pair[1] as usize].clone());
                    assert!(known.is_none(), "a key twice");
                }
            }
            (3, Field::Number(kind)) => feature.kind = kind,
            (4, Field::Bytes(commands)) => feature.parts = geometry(&packed(commands)),
            (number, _) => panic!("field {number} of a feature"),
        }
    }
    feature
}

/// The only layer of a tile; `None` for a tile of no bytes.
pub fn decode(tile: &[u8]) -> Option<Layer> {
    if tile.is_empty() {
        return None;
    }
    let layers = fields(tile);
    let [(3, Field::Bytes(bytes))] = &layers[..] else { panic!("not one layer") };
    let mut layer = Layer { name: String::new(), version: 0, extent: 0, features: Vec::new() };
    let (mut keys, mut values, mut features) = (Vec::new(), Vec::new(), Vec::new());
    for field in fields(bytes) {
        match field {
            (15, Field::Number(version)) => layer.version = version,
            (1, Field::Bytes(name)) => layer.name = String::from_utf8(name.to_vec()).unwrap(),
            (2, Field::Bytes(bytes)) => features.push(bytes),
            (3, Field::Bytes(key)) => keys.push(String::from_utf8(key.to_vec()).unwrap()),
            (4, Field::Bytes(bytes)) => values.push(value(bytes)),
            (5, Field::Number(extent)) => layer.extent = extent,
            (number, _) => panic!("field {number} of a layer"),
        }
    }
    layer.features = features.into_iter().map(|bytes| feature(bytes, &keys, &values)).collect();
    Some(layer)
}

/// Twice the area by the surveyor's formula of the specification.
pub fn doubled_area(ring: &[(i64, i64)]) -> i64 {
    (0..ring.len()).map(|at| (ring[at], ring[(at + 1) % ring.len()])).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum()
}
