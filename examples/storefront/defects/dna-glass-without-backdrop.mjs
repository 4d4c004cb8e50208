export default [
  {
    file: "public/css/components.css",
    find: "  box-shadow: var(--shadow-md);\n  -webkit-backdrop-filter: blur(var(--glass-blur));\n  backdrop-filter: blur(var(--glass-blur));\n}",
    replace: "  box-shadow: var(--shadow-md);\n}",
  },
];
