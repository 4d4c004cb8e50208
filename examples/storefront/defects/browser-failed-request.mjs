export default [
  {
    file: "views/layout.html",
    find: '    <link rel="stylesheet" href="[[assets]]/css/pages.css">\n',
    replace:
      '    <link rel="stylesheet" href="[[assets]]/css/pages.css">\n    <link rel="stylesheet" href="[[assets]]/css/season.css">\n',
  },
];
