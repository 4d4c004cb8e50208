export default [
  {
    file: "public/css/pages.css",
    find: ".hero__text {\n  max-width: 34rem;\n}\n",
    replace: ".hero__text {\n  max-width: 34rem;\n}\n\n.hero .lead {\n  color: #8fb3ae;\n}\n",
  },
];
