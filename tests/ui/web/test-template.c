/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/tst-error.h"
#include "web/tst-template-filter.h"
#include "web/tst-template.h"

static char *
render_pages (const char *const *pages, const char *json, GError **error)
{
  g_autoptr (TstTemplateSet) set = tst_template_set_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("-05:00");
  g_autoptr (GDateTime) now = g_date_time_new (zone, 2026, 4, 16, 10, 20, 0);
  TstTemplateEnv env = { zone, now, "obras", "https://obras.example", NULL };
  g_autoptr (JsonParser) parser = json_parser_new ();

  for (guint i = 0; pages[i] != NULL; i += 2)
    if (!tst_template_set_add (set, pages[i], pages[i + 1], error))
      return NULL;
  if (!tst_template_set_link (set, error))
    return NULL;
  g_assert_true (json_parser_load_from_data (parser, json, -1, NULL));
  g_autoptr (GBytes) bytes
      = tst_template_set_render (set, pages[0], json_parser_get_root (parser), &env, NULL, error);
  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
}

static void
expect (const char *text, const char *json, const char *wanted)
{
  const char *pages[] = { "p", text, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *html = render_pages (pages, json, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (html, ==, wanted);
}

static void
refused (const char *text, const char *where)
{
  const char *pages[] = { "p", text, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *html = render_pages (pages, "{}", &error);
  g_assert_null (html);
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  if (!g_str_has_prefix (error->message, where))
    g_error ("%s: %s", text, error->message);
}

static void
test_values (void)
{
  expect ("<p>{{script \"a-1.js\"}}</p>", "{}", "<p><script type=\"module\" src=\"/estatico/a-1.js\"></script></p>");
  expect ("<p>{{a}}</p>", "{\"a\": \"uno & <dos> \\\"tres\\\" 'cuatro' `cinco`\"}",
          "<p>uno &amp; &lt;dos&gt; &quot;tres&quot; &#39;cuatro&#39; &#96;cinco&#96;</p>");
  expect ("<p title=\"{{a.b.c}}\">{{ n }}</p>",
          "{\"a\": {\"b\": {\"c\": \"x\\\" onload=\\\"y\"}}, \"n\": 12.9}",
          "<p title=\"x&quot; onload=&quot;y\">12</p>");
  expect ("[{{a}}|{{b.c}}|{{d}}|{{e}}]", "{\"b\": 3, \"d\": null, \"e\": [1]}", "[|||]");
  expect ("{{a}}", "{\"a\": \"{{b}}\", \"b\": \"no\"}", "{{b}}");
  expect ("{{! nothing }}x", "{}", "x");
  /* marks that turn the direction, and control characters, do not reach the page */
  expect ("{{a}}", "{\"a\": \"a\\u202eb\\u2066c\\u0007d\\u0085e\\u2028f\"}", "abcdef");
  expect ("{{a}}", "{\"a\": \"ñ áé – « ﷽ 😀\"}", "ñ áé – « ﷽ 😀");
}

static void
test_sections (void)
{
  expect ("{{#a}}<i>{{.}}</i>{{/a}}", "{\"a\": [\"x\", 2, \"<\"]}", "<i>x</i><i>2</i><i>&lt;</i>");
  expect ("{{#a}}{{b}}{{c}},{{/a}}", "{\"c\": \"out\", \"a\": [{\"b\": 1}, {\"b\": 2, \"c\": \"in\"}]}",
          "1,2in,");
  expect ("{{#a}}{{b}}{{@c}}{{/a}}", "{\"c\": \"root\", \"a\": {\"b\": 1}}", "1root");
  expect ("{{#a}}y{{/a}}{{^a}}n{{/a}}", "{\"a\": false}", "n");
  expect ("{{#a}}y{{/a}}{{^a}}n{{/a}}", "{\"a\": \"\"}", "n");
  expect ("{{#a}}y{{/a}}{{^a}}n{{/a}}", "{\"a\": []}", "n");
  expect ("{{#a}}y{{/a}}{{^a}}n{{/a}}", "{}", "n");
  expect ("{{#a}}y{{/a}}{{^a}}n{{/a}}", "{\"a\": 0}", "y");
  expect ("{{#positive a}}y{{/positive}}{{^positive a}}n{{/positive a}}", "{\"a\": 0}", "n");
  expect ("{{#is s \"b\" \"c\"}}y{{/is}}", "{\"s\": \"c\"}", "y");
  expect ("{{#is s \"404\"}}y{{/is}}", "{\"s\": 404}", "y");
  expect ("{{#here \"inicio\" \"obras\"}}y{{/here}}{{#here \"libro\"}}n{{/here}}", "{}", "y");
  expect ("{{#past a}}y{{/past}}{{#past b}}n{{/past}}", "{\"a\": \"2026-04-15\", \"b\": \"2026-04-16\"}",
          "y");
  expect ("{{#behind o p}}y{{/behind}}", "{\"o\": 55, \"p\": 60}", "y");
  expect ("{{#behind o p}}y{{/behind}}", "{\"o\": 55.1, \"p\": 60}", "");
  expect ("<option{{#a}} selected{{/a}}>", "{\"a\": true}", "<option selected>");
}

static void
test_partials (void)
{
  const char *pages[] = { "a", "<b>{{>q x}}{{>q none}}{{>r}}</b>", "q", "<i>{{n}}</i>", "r", "{{n}}", NULL };
  const char *loop[] = { "a", "{{>b}}", "b", "{{>a}}", NULL };
  const char *missing[] = { "a", "\n{{>b}}", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *html = render_pages (pages, "{\"x\": {\"n\": 1}, \"n\": 2}", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (html, ==, "<b><i>1</i>2</b>");
  g_assert_null (render_pages (loop, "{}", &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);
  g_assert_null (render_pages (missing, "{}", &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_assert_true (g_str_has_prefix (error->message, "a.html:2:"));
}

/* What cannot be made safe does not parse, and the message says where. */
static void
test_refused (void)
{
  refused ("\n\n<script>{{a}}</script>", "p.html:3:");
  refused ("<script src=\"{{asset \"a.js\"}}\"></script>", "p.html:1:");
  refused ("{{script a}}", "p.html:1:");
  refused ("{{script \"//malo.example/a.js\"}}", "p.html:1:");
  refused ("{{script \"a.js?b\"}}", "p.html:1:");
  refused ("{{script \"a.css\"}}", "p.html:1:");
  refused ("{{script \".js}}", "p.html:1:");
  refused ("<p title=\"{{script \"a.js\"}}\">", "p.html:1:");
  refused ("<style>p{}</style>", "p.html:1:");
  refused ("<p style=\"{{a}}\">", "p.html:1:");
  refused ("<p onclick=\"x\">", "p.html:1:");
  refused ("<p onclick{{#a}}{{/a}}=\"x\">", "p.html:1:");
  refused ("<iframe src=\"/x\">", "p.html:1:");
  refused ("<meta http-equiv=\"refresh\">", "p.html:1:");
  refused ("<!-- {{a}} -->", "p.html:1:");
  refused ("<p title={{a}}>", "p.html:1:");
  refused ("<p title='{{a}}'>", "p.html:1:");
  refused ("<p {{a}}>", "p.html:1:");
  refused ("<{{a}}>", "p.html:1:");
  refused ("<p {{#a}}x=\"{{/a}}\">", "p.html:1:");
  refused ("<p{{#a}}>{{/a}}", "p.html:1:");
  refused ("<a href=\"{{a}}\">", "p.html:1:");
  refused ("<a href=\"{{text a}}\">", "p.html:1:");
  refused ("<a href=\"{{urlpart a}}\">", "p.html:1:");
  refused ("<a href=\"javascript:{{urlpart a}}\">", "p.html:1:");
  refused ("<a href=\"//{{urlpart a}}\">", "p.html:1:");
  refused ("<a href=\"x{{url a}}\">", "p.html:1:");
  refused ("<a href=\"/x/{{url a}}\">", "p.html:1:");
  refused ("<a href=\"/x/{{a}}\">", "p.html:1:");
  refused ("<a href=\"{{#a}}{{url a}}{{/a}}{{urlpart b}}\">", "p.html:1:");
  refused ("<img srcset=\"{{a}}\">", "p.html:1:");
  refused ("<form action=\"{{a}}\">", "p.html:1:");
  refused ("{{#a}}x", "p.html:1:");
  refused ("x{{/a}}", "p.html:1:");
  refused ("{{#a}}{{/b}}", "p.html:1:");
  refused ("{{a", "p.html:1:");
  refused ("{{}}", "p.html:1:");
  refused ("{{{a}}}", "p.html:1:");
  refused ("{{&a}}", "p.html:1:");
  refused ("{{nosuch a}}", "p.html:1:");
  refused ("{{gap a}}", "p.html:1:");
  refused ("{{#date a}}{{/date}}", "p.html:1:");
  refused ("{{positive a}}", "p.html:1:");
  refused ("a < b", "p.html:1:");
  refused ("<p", "p.html:1:");
  refused ("<p title=\"{{>q}}\">", "p.html:1:");
}

static void
check_url (const char *url, const char *wanted)
{
  g_autofree char *safe = tst_template_safe_url (url);
  g_assert_cmpstr (safe, ==, wanted);
}

static void
test_urls (void)
{
  static const char *const dead[] = {
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:x",
    "\001javascript:x",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:x",
    "//host.example/x",
    "/\\host",
    "\\\\host",
    "https:x",
    "http:/x",
    "https:\\\\x",
    ":x",
    "",
    "ftp://x",
  };
  for (guint i = 0; i < G_N_ELEMENTS (dead); i++)
    check_url (dead[i], "about:invalid");
  check_url ("https://a.example/b?c=d&e=f#g", "https://a.example/b?c=d&e=f#g");
  check_url ("HTTPS://a.example", "HTTPS://a.example");
  check_url ("/obras/x", "/obras/x");
  check_url ("?a=b", "?a=b");
  check_url ("mailto:a@b.example", "mailto:a@b.example");
  check_url ("/a:b", "/a:b");
  check_url ("/ñ\"'<>", "/%C3%B1%22%27%3C%3E");
  g_autofree char *huge = g_strnfill (100000, 'a');
  check_url (huge, "about:invalid");
  expect ("<a href=\"{{url a}}\">", "{\"a\": \"/x?a=1&b=2\"}", "<a href=\"/x?a=1&amp;b=2\">");
  expect ("<a href=\"{{url a}}\">", "{\"a\": 7}", "<a href=\"about:invalid\">");
  expect ("<a href=\"/obras/{{urlpart a}}?x={{urlpart b}}&amp;n={{int n}}\">",
          "{\"a\": \"a/b c\", \"b\": \"&=ñ\\\"\", \"n\": 3}",
          "<a href=\"/obras/a%2Fb%20c?x=%26%3D%C3%B1%22&amp;n=3\">");
  expect ("<a href=\"/obras/{{urlpart a}}\">", "{\"a\": \"..\"}", "<a href=\"/obras/_\">");
  expect ("<a href=\"{{absolute a}}\">", "{\"a\": \"/x\"}", "<a href=\"https://obras.example/x\">");
  expect ("<a href=\"{{absolute a}}\">", "{\"a\": \"//x\"}", "<a href=\"about:invalid\">");
  expect ("<a href=\"{{mailto a}}\">", "{\"a\": \"a@b.example?x=1\"}",
          "<a href=\"mailto:a@b.example%3Fx%3D1\">");
  expect ("<img srcset=\"{{srcset a}}\">",
          "{\"a\": [{\"href\": \"/a,b\", \"width\": 320}, {\"href\": \"javascript:x\", \"width\": 640}, 3, "
          "{\"href\": \"/c\"}]}",
          "<img srcset=\"/a%2Cb 320w, about:invalid 640w\">");
}

static void
test_filters (void)
{
  expect ("{{date a}}|{{date b}}|{{date c}}",
          "{\"a\": \"2026-03-26\", \"b\": \"2026-03-27T02:00:00Z\", \"c\": \"<x>\"}",
          "26 de marzo de 2026|26 de marzo de 2026|");
  expect ("{{datetime a}}", "{\"a\": \"2026-03-26T20:41:07Z\"}",
          "26 de marzo de 2026, 3:41\302\240p.\302\240m.");
  expect ("{{datetime a}}", "{\"a\": \"2026-03-26\"}", "26 de marzo de 2026");
  expect ("{{iso a}} {{iso b}}", "{\"a\": \"2026-03-26T20:41:07Z\", \"b\": \"2026-03-26\"}",
          "2026-03-26T15:41:07-05:00 2026-03-26");
  expect ("{{plural a \"obra\" \"obras\"}} {{plural b \"obra\" \"obras\"}}", "{\"a\": 1, \"b\": 1200}",
          "1\302\240obra 1.200\302\240obras");
  expect ("{{token a}}", "{\"a\": \"En \\\"<EJEC_1\"}", "enejec_1");
  expect ("{{shortid a}}|{{shortid b}}", "{\"a\": \"testigo/d/0123456789abcdef\", \"b\": \"x\"}",
          "0123456789ab|x");
  expect ("{{clip a \"10\"}}|{{clip b \"10\"}}", "{\"a\": \"uno dos tres cuatro\", \"b\": \"uno\"}",
          "uno dos…|uno");
  expect ("{{bar a \"200\"}} {{bar b \"200\"}} {{bar c \"200\"}}", "{\"a\": 50, \"b\": -3, \"c\": 1e300}",
          "100 0 200");
  expect ("{{#l}}{{level n @l \"n\"}}{{/l}}", "{\"l\": [{\"n\": 0}, {\"n\": 1}, {\"n\": 5}, {\"n\": 10}]}",
          "0124");
  expect ("{{svgpath g b}}",
          "{\"b\": [0, 0, 1, 1], \"g\": {\"type\": \"Polygon\", \"coordinates\": [[[0, 0], [1, 0], [1, 1], "
          "[0, 0]]]}}",
          "M4 596l592 0l0 -592z");
  expect ("{{lonlat g}}[{{lonlat b}}]", "{\"g\": {\"type\": \"Point\", \"coordinates\": [-73.1266, 7.1187]}, \"b\": {\"coordinates\": [\"<\"]}}",
          "-73.1266000,7.1187000[]");
  expect ("[{{svgpath g b}}{{svgviewbox b}}{{svgx g b}}]",
          "{\"b\": \"<\", \"g\": {\"type\": \"<\", \"coordinates\": [[[\"<\"]]]}}", "[0 0 600 600]");
}

static void
test_huge (void)
{
  g_autofree char *text = g_strnfill (300000, '<');
  g_autofree char *json = g_strdup_printf ("{\"a\": \"%s\"}", text);
  const char *pages[] = { "p", "{{a}}", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *html = render_pages (pages, json, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (html), ==, 50000 * 4 + strlen ("… (texto recortado)"));
  g_assert_true (g_str_has_suffix (html, "… (texto recortado)"));
}

static void
test_coverage (void)
{
  g_autoptr (TstTemplateSet) set = tst_template_set_new ();
  g_autoptr (TstTemplateCoverage) coverage = tst_template_coverage_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (GDateTime) now = g_date_time_new_now (zone);
  TstTemplateEnv env = { zone, now, "p", NULL, NULL };
  g_autoptr (JsonNode) model = json_from_string ("{\"a\": 1, \"c\": false}", NULL);
  g_assert_true (tst_template_set_add (set, "p", "{{a}}\n{{nonesuch}}\n{{#c}}{{d}}{{/c}}", NULL));
  g_assert_true (tst_template_set_link (set, NULL));
  g_autoptr (GBytes) bytes = tst_template_set_render (set, "p", model, &env, coverage, NULL);
  g_autoptr (GPtrArray) report = tst_template_coverage_report (coverage, set);
  g_assert_nonnull (bytes);
  g_assert_cmpuint (report->len, ==, 2);
  g_assert_true (g_str_has_prefix (report->pdata[0], "p.html:002: no example model has “nonesuch”"));
  g_assert_true (g_str_has_prefix (report->pdata[1], "p.html:003: {{d}} is reached by no example model"));
}

static void
test_squeeze (void)
{
  expect ("<p>\n    a\n\n  b</p>  {{! }}\n  <p>", "{}", "<p>\na\nb</p>  \n<p>");
  expect ("<pre>\n  a\n  {{x}}\n  b\n</pre>", "{\"x\": \"c\\n  d\"}", "<pre>\n  a\n  c\n  d\n  b\n</pre>");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/web/template/values", test_values);
  g_test_add_func ("/web/template/sections", test_sections);
  g_test_add_func ("/web/template/partials", test_partials);
  g_test_add_func ("/web/template/refused", test_refused);
  g_test_add_func ("/web/template/urls", test_urls);
  g_test_add_func ("/web/template/filters", test_filters);
  g_test_add_func ("/web/template/huge", test_huge);
  g_test_add_func ("/web/template/coverage", test_coverage);
  g_test_add_func ("/web/template/squeeze", test_squeeze);
  return g_test_run ();
}
