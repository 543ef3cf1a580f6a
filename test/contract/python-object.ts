/** A value as the original's SDK stores it, given the bytes of its pickle. */
export function pythonObject(text: string, pickle: Uint8Array): Buffer {
  const header = Buffer.from(
    JSON.stringify({ py_version: "3.11.2", cloudpickle_version: "3.0.0", attrs: { doc: "", name: "" } }),
  );
  const string = Buffer.from(text);
  const offsets = Buffer.alloc(16);
  offsets.writeBigUInt64BE(BigInt(16 + header.length), 0);
  offsets.writeBigUInt64BE(BigInt(16 + header.length + string.length), 8);
  return Buffer.concat([offsets, header, string, Buffer.from(Buffer.from(pickle).toString("base64"))]);
}
