import { CovalentError } from "../model/errors.ts";
import type { App } from "./services.ts";

/** Takes a body without a content type for JSON, as some clients of the original send it. Other types are refused. */
export function acceptUntypedJson(app: App): void {
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("*", { parseAs: "string" }, (request, body, done) => {
    const type = request.headers["content-type"];
    if (type === undefined) return parseJson(request, body.toString(), done);
    return done(
      new CovalentError("INVALID_ARGUMENT", {
        reason: `a body of type ${type} is not understood: send application/json`,
      }),
    );
  });
}
