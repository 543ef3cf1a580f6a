import { expect, it } from "vitest";
import { asPythonObject } from "./old-pickle.ts";
import { readPlainPickle } from "./plain-pickle.ts";
import { readPythonObject } from "./v1/python-object.ts";

/** `TransportableObject`s as Python pickled them, in its protocols 5 and 2; the last one is in a dictionary, as inputs were. */
const OBJECT =
  "gAWVeQIAAAAAAACMHGNvdmFsZW50Ll93b3JrZmxvdy50cmFuc3BvcnSUjBNUcmFuc3BvcnRhYmxlT2JqZWN0lJOUKYGUfZQojAdfb2JqZWN0lIwwZ0FXVkdRQUFBQUFBQUFCOWxJd0N6NENVWFpRb1N3RkhRQVFBQUFBQUFBQk9aWE11lIwOcHl0aG9uX3ZlcnNpb26UjAYzLjguMTOUjA1vYmplY3Rfc3RyaW5nlIwWeyfPgCc6IFsxLCAyLjUsIE5vbmVdfZSMBV9qc29ulIwaeyJcdTAzYzAiOiBbMSwgMi41LCBudWxsXX2UjAVhdHRyc5R9lCiMA2RvY5RYcgEAAGRpY3QoKSAtPiBuZXcgZW1wdHkgZGljdGlvbmFyeQpkaWN0KG1hcHBpbmcpIC0+IG5ldyBkaWN0aW9uYXJ5IGluaXRpYWxpemVkIGZyb20gYSBtYXBwaW5nIG9iamVjdCdzCiAgICAoa2V5LCB2YWx1ZSkgcGFpcnMKZGljdChpdGVyYWJsZSkgLT4gbmV3IGRpY3Rpb25hcnkgaW5pdGlhbGl6ZWQgYXMgaWYgdmlhOgogICAgZCA9IHt9CiAgICBmb3IgaywgdiBpbiBpdGVyYWJsZToKICAgICAgICBkW2tdID0gdgpkaWN0KCoqa3dhcmdzKSAtPiBuZXcgZGljdGlvbmFyeSBpbml0aWFsaXplZCB3aXRoIHRoZSBuYW1lPXZhbHVlIHBhaXJzCiAgICBpbiB0aGUga2V5d29yZCBhcmd1bWVudCBsaXN0LiAgRm9yIGV4YW1wbGU6ICBkaWN0KG9uZT0xLCB0d289MimUjARuYW1llIwAlHV1Yi4=";
const OLDER =
  "gAJjY292YWxlbnQuX3dvcmtmbG93LnRyYW5zcG9ydApUcmFuc3BvcnRhYmxlT2JqZWN0CnEAKYFxAX1xAihYBwAAAF9vYmplY3RxA1gcAAAAZ0FXVkNRQUFBQUFBQUFCZGxDaExBVXNDWlM0PXEEWA4AAABweXRob25fdmVyc2lvbnEFWAYAAAAzLjguMTNxBlgNAAAAb2JqZWN0X3N0cmluZ3EHWAYAAABbMSwgMl1xCFgFAAAAX2pzb25xCVgGAAAAWzEsIDJdcQpYBQAAAGF0dHJzcQt9cQwoWAMAAABkb2NxDViNAAAAQnVpbHQtaW4gbXV0YWJsZSBzZXF1ZW5jZS4KCklmIG5vIGFyZ3VtZW50IGlzIGdpdmVuLCB0aGUgY29uc3RydWN0b3IgY3JlYXRlcyBhIG5ldyBlbXB0eSBsaXN0LgpUaGUgYXJndW1lbnQgbXVzdCBiZSBhbiBpdGVyYWJsZSBpZiBzcGVjaWZpZWQucQ5YBAAAAG5hbWVxD1gAAAAAcRB1dWIu";
const INPUTS =
  "gAWVJwMAAAAAAAB9lCiMBGFyZ3OUXZSMHGNvdmFsZW50Ll93b3JrZmxvdy50cmFuc3BvcnSUjBNUcmFuc3BvcnRhYmxlT2JqZWN0lJOUKYGUfZQojAdfb2JqZWN0lIwIZ0FWTEJTND2UjA5weXRob25fdmVyc2lvbpSMBjMuOC4xM5SMDW9iamVjdF9zdHJpbmeUjAE1lIwFX2pzb26UjAE1lIwFYXR0cnOUfZQojANkb2OUWF0CAABpbnQoW3hdKSAtPiBpbnRlZ2VyCmludCh4LCBiYXNlPTEwKSAtPiBpbnRlZ2VyCgpDb252ZXJ0IGEgbnVtYmVyIG9yIHN0cmluZyB0byBhbiBpbnRlZ2VyLCBvciByZXR1cm4gMCBpZiBubyBhcmd1bWVudHMKYXJlIGdpdmVuLiAgSWYgeCBpcyBhIG51bWJlciwgcmV0dXJuIHguX19pbnRfXygpLiAgRm9yIGZsb2F0aW5nIHBvaW50Cm51bWJlcnMsIHRoaXMgdHJ1bmNhdGVzIHRvd2FyZHMgemVyby4KCklmIHggaXMgbm90IGEgbnVtYmVyIG9yIGlmIGJhc2UgaXMgZ2l2ZW4sIHRoZW4geCBtdXN0IGJlIGEgc3RyaW5nLApieXRlcywgb3IgYnl0ZWFycmF5IGluc3RhbmNlIHJlcHJlc2VudGluZyBhbiBpbnRlZ2VyIGxpdGVyYWwgaW4gdGhlCmdpdmVuIGJhc2UuICBUaGUgbGl0ZXJhbCBjYW4gYmUgcHJlY2VkZWQgYnkgJysnIG9yICctJyBhbmQgYmUgc3Vycm91bmRlZApieSB3aGl0ZXNwYWNlLiAgVGhlIGJhc2UgZGVmYXVsdHMgdG8gMTAuICBWYWxpZCBiYXNlcyBhcmUgMCBhbmQgMi0zNi4KQmFzZSAwIG1lYW5zIHRvIGludGVycHJldCB0aGUgYmFzZSBmcm9tIHRoZSBzdHJpbmcgYXMgYW4gaW50ZWdlciBsaXRlcmFsLgo+Pj4gaW50KCcwYjEwMCcsIGJhc2U9MCkKNJSMBG5hbWWUjACUdXViYYwGa3dhcmdzlH2UdS4=";

function converted(pickle: Buffer) {
  const bytes = asPythonObject(pickle);
  return readPythonObject(bytes, bytes.length);
}

it("what older releases pickled is the same value in the form that the SDK reads", () => {
  const object = converted(Buffer.from(OBJECT, "base64"));
  expect(object?.text).toBe("{'π': [1, 2.5, None]}");
  // The pickle of the value alone: a dictionary, protocol 5.
  expect(object?.pickle?.subarray(0, 3)).toEqual(Buffer.from([0x80, 0x05, 0x95]));
  expect(object?.pickle?.includes("TransportableObject")).toBe(false);
  const older = converted(Buffer.from(OLDER, "base64"));
  expect(older?.text).toBe("[1, 2]");
  expect(readPlainPickle(older?.pickle ?? Buffer.alloc(0))).toEqual([1, 2]);
});

it("anything else that was pickled is handed on as the value that it is", () => {
  const inputs = Buffer.from(INPUTS, "base64");
  expect(converted(inputs)).toEqual({ text: "", pickle: inputs });
  expect(readPlainPickle(inputs)).toBeInstanceOf(Map);
  for (const odd of [Buffer.from([0x80, 0x04, 0x95, 0xff]), Buffer.from("no pickle"), Buffer.alloc(0)])
    expect(converted(odd)).toEqual({ text: "", pickle: odd });
});

it("a pickle that would call something is not read, and nothing is called", () => {
  expect(readPlainPickle(Buffer.from("cos\nsystem\n(S'true'\ntR.", "latin1"))).toBeNull();
  expect(readPlainPickle(Buffer.from([0x80, 0x05, 0x8c, 0xff, 0x61]))).toBeNull();
});
