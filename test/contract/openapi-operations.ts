import * as z from "zod";

/** A JSON Schema of the document, as far as anybody looks into it. */
export interface Schema {
  readonly type?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

interface Content {
  readonly content?: { readonly "application/json"?: { readonly schema?: Schema } };
}

interface DocumentedOperation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
}

/** One route as the document describes it. */
export interface Operation {
  readonly method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE";
  /** With its parameters in braces. */
  readonly path: string;
  readonly summary: string | undefined;
  readonly tags: readonly string[];
  readonly query: Readonly<Record<string, Schema>>;
  readonly pathParameters: Readonly<Record<string, Schema>>;
  readonly body: Schema | undefined;
  /** By status: what the answer must fit; `undefined` where the document leaves that open. */
  readonly answers: ReadonlyMap<number, z.ZodType | undefined>;
}

export function operationsOf({ paths }: Document): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase() as Operation["method"],
      path,
      summary: operation.summary,
      tags: operation.tags ?? [],
      query: parametersOf(operation, "query"),
      pathParameters: parametersOf(operation, "path"),
      body: schemaOf(operation.requestBody),
      answers: new Map(
        Object.entries(operation.responses)
          .filter(([status]) => /^\d+$/.test(status))
          .map(([status, answer]) => [Number(status), validatorOf(schemaOf(answer))]),
      ),
    })),
  );
}

function parametersOf({ parameters = [] }: DocumentedOperation, place: string): Record<string, Schema> {
  return Object.fromEntries(
    parameters.filter((one) => one.in === place).map(({ name, schema }) => [name, schema]),
  );
}

function schemaOf(part: Content | undefined): Schema | undefined {
  return part?.content?.["application/json"]?.schema;
}

function validatorOf(schema: Schema | undefined): z.ZodType | undefined {
  return (
    schema &&
    z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0], { defaultTarget: "openapi-3.0" })
  );
}
