/**
 * Reads a pickle as data: texts, numbers, lists, dictionaries, and instances as the name of their class with what was stored of them.
 * It calls nothing and imports nothing, whatever the pickle says; one that would have to call something is not read.
 */
export type Plain =
  | string
  | number
  | boolean
  | null
  | Buffer
  | Plain[]
  | Map<unknown, Plain>
  | { readonly type: string; state: Plain };

/** `undefined`-like `null` when it is no such pickle, or not a whole one. */
export function readPlainPickle(bytes: Buffer): Plain {
  try {
    return new Reading(bytes).run();
  } catch {
    return null;
  }
}

const MARK = Symbol("mark");
type Item = Plain | typeof MARK;

class Reading {
  readonly #bytes: Buffer;
  #at = 0;
  #stack: Item[] = [];
  readonly #memo = new Map<number, Plain>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  run(): Plain {
    for (;;) {
      const code = this.#number(1);
      if (code === 0x2e) return this.#pop();
      const operation = OPERATIONS[code];
      if (operation === undefined) throw new Error(`operation ${code} is not read`);
      operation(this);
    }
  }

  #take(length: number): Buffer {
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    if (taken.length < length) throw new Error("it is cut short");
    this.#at += length;
    return taken;
  }

  #number(length: number): number {
    return length === 8 ? Number(this.#take(8).readBigUInt64LE()) : this.#take(length).readUIntLE(0, length);
  }

  #pop(): Plain {
    const item = this.#stack.pop();
    if (item === undefined || item === MARK) throw new Error("there is nothing to take");
    return item;
  }

  #sinceMark(): Plain[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark === -1) throw new Error("there is no mark");
    const [, ...items] = this.#stack.splice(mark);
    return items.filter((item) => item !== MARK);
  }

  skip(length: number): void {
    this.#take(length);
  }

  push(item: Item): void {
    this.#stack.push(item);
  }

  pushNumber(length: number): void {
    this.push(this.#number(length));
  }

  pushText(lengthBytes: number): void {
    this.push(this.#take(this.#number(lengthBytes)).toString("utf8"));
  }

  pushBytes(lengthBytes: number): void {
    this.push(this.#take(this.#number(lengthBytes)));
  }

  pushList(count: number | "since the mark"): void {
    if (count === "since the mark") this.push(this.#sinceMark());
    else this.push(Array.from({ length: count }, () => this.#pop()).reverse());
  }

  remember(place: number = this.#memo.size): void {
    const item = this.#pop();
    this.#memo.set(place, item);
    this.push(item);
  }

  rememberAt(lengthBytes: number): void {
    this.remember(this.#number(lengthBytes));
  }

  recall(lengthBytes: number): void {
    const item = this.#memo.get(this.#number(lengthBytes));
    if (item === undefined) throw new Error("nothing was remembered there");
    this.push(item);
  }

  extend(items: readonly Plain[] = this.#sinceMark()): void {
    const list = this.#pop();
    if (!Array.isArray(list)) throw new Error("it is no list");
    list.push(...items);
    this.push(list);
  }

  append(): void {
    this.extend([this.#pop()]);
  }

  setItems(items: readonly Plain[] = this.#sinceMark()): void {
    const map = this.#pop();
    if (!(map instanceof Map)) throw new Error("it is no dictionary");
    for (let at = 0; at + 1 < items.length; at += 2) map.set(items[at], items[at + 1] ?? null);
    this.push(map);
  }

  setItem(): void {
    const value = this.#pop();
    this.setItems([this.#pop(), value]);
  }

  /** The same, named in two lines. */
  pushNamedClass(): void {
    this.push(`${this.#line()}.${this.#line()}`);
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end === -1) throw new Error("a line has no end");
    const line = this.#take(end - this.#at).toString("utf8");
    this.#at += 1;
    return line;
  }

  /** A class is its name. */
  pushClass(): void {
    const name = this.#pop();
    this.push(`${String(this.#pop())}.${String(name)}`);
  }

  newInstance(): void {
    this.#pop();
    this.push({ type: String(this.#pop()), state: null });
  }

  build(): void {
    const state = this.#pop();
    const instance = this.#pop();
    if (typeof instance !== "object" || instance === null || !("state" in instance))
      throw new Error("it is no instance");
    instance.state = state;
    this.push(instance);
  }
}

const OPERATIONS: Readonly<Record<number, (reading: Reading) => void>> = {
  128: (reading) => reading.skip(1), // protocol
  149: (reading) => reading.skip(8), // frame
  40: (reading) => reading.push(MARK),
  78: (reading) => reading.push(null),
  136: (reading) => reading.push(true),
  137: (reading) => reading.push(false),
  75: (reading) => reading.pushNumber(1),
  77: (reading) => reading.pushNumber(2),
  74: (reading) => reading.pushNumber(4),
  140: (reading) => reading.pushText(1),
  88: (reading) => reading.pushText(4),
  141: (reading) => reading.pushText(8),
  67: (reading) => reading.pushBytes(1),
  66: (reading) => reading.pushBytes(4),
  142: (reading) => reading.pushBytes(8),
  125: (reading) => reading.push(new Map()),
  93: (reading) => reading.push([]),
  41: (reading) => reading.push([]),
  133: (reading) => reading.pushList(1),
  134: (reading) => reading.pushList(2),
  135: (reading) => reading.pushList(3),
  116: (reading) => reading.pushList("since the mark"),
  97: (reading) => reading.append(),
  101: (reading) => reading.extend(),
  115: (reading) => reading.setItem(),
  117: (reading) => reading.setItems(),
  148: (reading) => reading.remember(),
  113: (reading) => reading.rememberAt(1),
  114: (reading) => reading.rememberAt(4),
  104: (reading) => reading.recall(1),
  106: (reading) => reading.recall(4),
  147: (reading) => reading.pushClass(),
  99: (reading) => reading.pushNamedClass(),
  129: (reading) => reading.newInstance(),
  98: (reading) => reading.build(),
};
