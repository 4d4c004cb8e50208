export default [{ file: "package.json", find: '"ws": "8.23.0"', replace: '"ws": "*"' }];
