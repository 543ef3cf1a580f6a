import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import { jsonSchemaTransform } from "fastify-type-provider-zod";

/** How the OpenAPI document is made of the routes' schemas. */
export function openapiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      info: { title: "Covalent", version },
      components: {
        responses: {
          // What every route may answer in place of what it documents: see error-reply.ts.
          Refusal: {
            description: "Why it was refused, what to do about it, and what the message was made of",
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  properties: {
                    detail: { type: "string" },
                    code: { type: "string" },
                    hint: { type: "string" },
                    details: { type: "object", additionalProperties: true },
                  },
                  required: ["detail", "code"],
                },
              },
            },
          },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (made) => {
      if (!("openapiObject" in made)) return made.swaggerObject;
      for (const path of Object.values(made.openapiObject.paths ?? {}))
        for (const operation of Object.values(path ?? {}))
          if (typeof operation === "object" && "responses" in operation)
            operation.responses = {
              ...operation.responses,
              default: { $ref: "#/components/responses/Refusal" },
            };
      return made.openapiObject;
    },
  };
}
