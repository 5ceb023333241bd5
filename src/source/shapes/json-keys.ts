/**
 * Finds duplicate keys in the objects of a JSON text. Short objects compare hashes of their keys in one flat stack; an object
 * that grows long gets a set of its own, so that the cost stays linear.
 */

/** From this many keys on, an object has a set. */
const LONG_OBJECT = 24;

/** The key between two positions of its quotes, with its escapes resolved. */
const decodeKey = (text: string, from: number, to: number): string => {
  const raw = text.slice(from + 1, to - 1);
  return raw.includes("\\") ? (JSON.parse(`"${raw}"`) as string) : raw;
};

/** FNV-1a over the code units, or -1 where the key has escapes. */
const hashKey = (text: string, from: number, to: number): number => {
  let hash = 0x811c9dc5;
  for (let i = from + 1; i < to - 1; i++) {
    const code = text.charCodeAt(i);
    if (code === 92) return hashDecoded(decodeKey(text, from, to));
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  return hash;
};

const hashDecoded = (key: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash;
};

export class ObjectKeys {
  /** Three numbers a key: hash, start, end. */
  #stack = new Int32Array(3 * 64);
  #top = 0;
  /** Where each open object begins in the stack. */
  #bases: number[] = [];
  #sets: (Set<string> | null)[] = [];
  #depth = 0;

  /** Forgets a document that was left in the middle. */
  clear(): void {
    this.#top = 0;
    this.#depth = 0;
    this.#sets.length = 0;
  }

  /** An object begins. */
  open(): void {
    this.#bases[this.#depth] = this.#top;
    this.#sets[this.#depth] = null;
    this.#depth++;
  }

  /** The innermost object ends. */
  close(): void {
    this.#depth--;
    this.#top = this.#bases[this.#depth] ?? 0;
    this.#sets[this.#depth] = null;
  }

  /** The innermost object gets the key between the quotes at `from` and `to - 1`: has it had it before? */
  add(text: string, from: number, to: number): boolean {
    const set = this.#sets[this.#depth - 1];
    if (set) {
      const before = set.size;
      return set.add(decodeKey(text, from, to)).size === before;
    }
    const base = this.#bases[this.#depth - 1] ?? 0;
    const hash = hashKey(text, from, to);
    const stack = this.#stack;
    for (let i = base; i < this.#top; i += 3)
      if (stack[i] === hash && this.#keyAt(text, i) === decodeKey(text, from, to)) return true;
    this.#remember(hash, from, to);
    if (this.#top - base >= 3 * LONG_OBJECT) this.#makeSet(text, base);
    return false;
  }

  #keyAt(text: string, at: number): string {
    return decodeKey(text, this.#stack[at + 1] ?? 0, this.#stack[at + 2] ?? 0);
  }

  #remember(hash: number, from: number, to: number): void {
    if (this.#top + 3 > this.#stack.length) {
      const grown = new Int32Array(this.#stack.length * 2);
      grown.set(this.#stack);
      this.#stack = grown;
    }
    this.#stack[this.#top] = hash;
    this.#stack[this.#top + 1] = from;
    this.#stack[this.#top + 2] = to;
    this.#top += 3;
  }

  #makeSet(text: string, base: number): void {
    const set = new Set<string>();
    for (let i = base; i < this.#top; i += 3) set.add(this.#keyAt(text, i));
    this.#sets[this.#depth - 1] = set;
  }
}
