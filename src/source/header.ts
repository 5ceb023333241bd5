/**
 * What the first page of a file tells without SQLite: https://sqlite.org/fileformat2.html#the_database_header. Used to say
 * why SQLite refuses a file.
 */

/** Enough to judge randomness by; the header itself has 100 bytes. */
export const HEADER_BYTES = 4096;

const MAGIC = Buffer.from("SQLite format 3\0", "latin1");

export interface FileHeader {
  readonly pageSize: number;
  /** In pages; null where the last writer was too old to keep the field (then the file's size counts). */
  readonly pageCount: number | null;
  readonly wal: boolean;
}

export const isSqliteHeader = (start: Buffer): boolean => start.subarray(0, MAGIC.length).equals(MAGIC);

/** Null where the bytes are not a whole SQLite header. */
export function readHeader(start: Buffer): FileHeader | null {
  if (start.length < 100 || !isSqliteHeader(start)) return null;
  const size = start.readUInt16BE(16);
  const current = start.readUInt32BE(24) === start.readUInt32BE(92);
  return {
    pageSize: size === 1 ? 65536 : size,
    pageCount: current ? start.readUInt32BE(28) : null,
    wal: start[18] === 2,
  };
}

/**
 * First bytes of formats that are random to the eye but are no encrypted database: zip, gzip, bzip2, xz, zstd, 7z, JPEG,
 * PNG, PDF, Parquet, LUKS.
 */
const OTHER_FORMATS = [
  "504b0304",
  "1f8b",
  "425a68",
  "fd377a",
  "28b52ffd",
  "377abcaf",
  "ffd8ff",
  "89504e47",
  "25504446",
  "50415231",
  "4c554b53",
];

/** An encrypted database is whole pages of uniform bytes from its first byte on (SQLCipher's salt included). */
export function looksEncrypted(start: Buffer): boolean {
  if (start.length < 512 || start.length % 512 !== 0) return false;
  const first = start.toString("hex", 0, 8);
  return (
    !OTHER_FORMATS.some((magic) => first.startsWith(magic)) && entropy(start) > maximumEntropy(start.length) - 0.25
  );
}

/** Shannon entropy in bits per byte. */
function entropy(bytes: Buffer): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]!++;
  let sum = 0;
  for (const count of counts) if (count > 0) sum -= (count / bytes.length) * Math.log2(count / bytes.length);
  return sum;
}

/** What n uniform random bytes reach on average: 8 less the bias of a small sample (Miller–Madow). */
const maximumEntropy = (n: number): number => 8 - 255 / (2 * n * Math.LN2);
