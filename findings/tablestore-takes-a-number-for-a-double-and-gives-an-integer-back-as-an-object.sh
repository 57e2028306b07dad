#!/usr/bin/env bash
# tablestore 5.6.5, the official Node.js SDK of Tablestore
# Most people expect: a column that is put as the number 5 is an INTEGER, and an INTEGER comes back as a number.
# Seen: a plain number is written as DOUBLE. An INTEGER takes TableStore.Long, and comes back as an object: "plus one" is the text
# "51". A row that another program counts in is changed in type by whoever writes it with plain numbers.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-audit --no-fund --ignore-scripts --silent tablestore@5.6.5
cat > seen.js <<'EOF'
const { PlainBufferBuilder, PlainBufferInputStream, PlainBufferCodedInputStream, Long, plainBufferConsts } = require('tablestore');
// What goes over the wire, written and read again by the SDK's own code.
const row = PlainBufferBuilder.serializeForPutRow([{ id: 'watch' }], [{ plain: 5 }, { long: Long.fromNumber(5) }]);
const { attributes } = new PlainBufferCodedInputStream(new PlainBufferInputStream({ buffer: row, offset: 0, limit: row.length })).readRows()[0] ?? {};
const valueOf = (name) => attributes.find(({ columnName }) => columnName === name).columnValue;
// The variant's type stands before the value.
const typeOf = (name) => {
  const bytes = Buffer.from(row);
  return bytes[bytes.indexOf(name) + name.length + 1 + 4];
};
const { VT_DOUBLE, VT_INTEGER } = plainBufferConsts;
const names = { [VT_DOUBLE]: 'DOUBLE', [VT_INTEGER]: 'INTEGER' };
console.log(`put as 5: written as ${names[typeOf('plain')]}, read as ${typeof valueOf('plain')}, plus one is ${JSON.stringify(valueOf('plain') + 1)}`);
console.log(`put as Long 5: written as ${names[typeOf('long')]}, read as ${typeof valueOf('long')}, plus one is ${JSON.stringify(valueOf('long') + 1)}`);
if (typeOf('plain') !== VT_DOUBLE || typeOf('long') !== VT_INTEGER || valueOf('long') + 1 !== '51') {
  console.log('No longer so: a number is an INTEGER, or an INTEGER a number.');
  process.exitCode = 1;
}
EOF
node seen.js 2> errors.txt || { cat errors.txt; exit 1; }
