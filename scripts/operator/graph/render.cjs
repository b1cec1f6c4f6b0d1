// Graphviz (as WebAssembly) from standard input to SVG on standard output. NODE_PATH says where @viz-js/viz is.
const { instance } = require("@viz-js/viz");
const { readFileSync, writeFileSync } = require("node:fs");

instance()
  .then((viz) => {
    const { status, output, errors } = viz.render(readFileSync(0, "utf8"), { format: "svg" });
    for (const { message } of errors) console.error(message);
    if (status === "success") writeFileSync(1, output);
    else process.exitCode = 1;
  })
  .catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
