// Reads queries of GraphQL with their variables from stdin, as JSON, and prints what GitHub's schema has against them.
const fs = require("fs");
const { buildSchema, parse, validate, getVariableValues } = require("graphql");

// The schema comes with a field or two that it has twice, which changes nothing for queries.
const text = fs.readFileSync("node_modules/@octokit/graphql-schema/schema.graphql", "utf8");
const schema = buildSchema(text, { assumeValid: true, assumeValidSDL: true });
const wrong = [];
for (const { query, variables } of JSON.parse(fs.readFileSync(0, "utf8"))) {
  const document = parse(query);
  wrong.push(...validate(schema, document).map(String));
  const given = getVariableValues(schema, document.definitions[0].variableDefinitions, variables);
  wrong.push(...(given.errors || []).map(String));
}
process.stdout.write(JSON.stringify(wrong));
