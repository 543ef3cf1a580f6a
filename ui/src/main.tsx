import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { applyTheme } from "./app/theme.ts";
import "./app/theme.css";

applyTheme();
const root = document.getElementById("root");
if (root === null) throw new Error("the document has no place for the UI");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
