/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/tst-body.h"
#include "report/tst-moments.h"

#include <string.h>

static JsonArray *
moments (const char *json)
{
  g_autofree char *whole = g_strdup_printf ("{\"m\":[%s]}", json);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = tst_json_parse_object (g_strdelimit (whole, "'", '"'), -1, &error);

  g_assert_no_error (error);
  return json_array_ref (tst_json_array (object, "m"));
}

#define VISIT \
  "{'id':'c','moment':'compromiso','target_text':'Reparar el andén','offset_ms':3725400,'error_ms':900}," \
  "{'id':'a','moment':'inicio','offset_ms':0,'error_ms':5000}," \
  "{'id':'x','moment':'evidencia','target_text':'Muy seguida','offset_ms':64999,'error_ms':400}," \
  "{'id':'b','moment':'evidencia','target_text':'Acero <a la vista>\\n& óxido --> mal','offset_ms':58000,'error_ms':400}," \
  "{'id':'y','moment':'pregunta'}," \
  "{'id':'d','moment':'respuesta','offset_ms':68000,'error_ms':120000,'broken':true}"

/* First at 0:00, three at least, ascending, ten seconds apart. */
static void
test_youtube (void)
{
  g_autoptr (JsonArray) all = moments (VISIT);
  g_autoptr (JsonArray) two = moments ("{'moment':'inicio','offset_ms':0},{'moment':'cierre','offset_ms':60000}");
  g_autoptr (JsonArray) late = moments ("{'moment':'evidencia','offset_ms':20000},{'moment':'cierre','offset_ms':60000}");
  g_autoptr (JsonArray) soon = moments ("{'moment':'evidencia','offset_ms':4000},{'moment':'pregunta','offset_ms':12000},"
                                        "{'moment':'cierre','offset_ms':60000}");
  g_autofree char *text = tst_moments_youtube (all, "es");
  g_autofree char *with_start = tst_moments_youtube (late, "es");
  g_autofree char *moved = tst_moments_youtube (soon, "en");

  g_assert_cmpstr (text, ==, "0:00 Inicio\n0:58 Evidencia: Acero <a la vista> & óxido --> mal\n1:08 Respuesta\n1:02:05 Compromiso: Reparar el andén\n");
  g_assert_null (tst_moments_youtube (two, "es"));
  g_assert_cmpstr (with_start, ==, "0:00 Inicio\n0:20 Evidencia\n1:00 Cierre\n");
  g_assert_cmpstr (moved, ==, "0:00 Evidence\n0:12 Question\n1:00 End\n");
}

static void
test_webvtt (void)
{
  g_autoptr (JsonArray) all = moments (VISIT);
  g_autofree char *chapters = tst_moments_webvtt_chapters (all, 4000000, "es");
  g_autofree char *metadata = tst_moments_webvtt_metadata (all);

  g_assert_true (g_str_has_prefix (chapters, "WEBVTT\n\n00:00:00.000 --> 00:00:58.000\nInicio\n\n"));
  g_assert_nonnull (strstr (chapters, "Acero &lt;a la vista&gt; &amp; óxido --&gt; mal\n"));
  g_assert_true (g_str_has_suffix (chapters, "01:02:05.400 --> 01:06:40.000\nCompromiso: Reparar el andén\n\n"));
  g_assert_nonnull (strstr (metadata, "\"error_ms\":120000,\"broken\":true}"));
  /* What has no place in the recording is in neither. */
  g_assert_null (strstr (metadata, "\"y\""));
}

static void
test_comment (void)
{
  g_autoptr (JsonArray) all = moments (VISIT);
  g_autofree char *text = tst_moments_comment (all, "es");

  g_assert_nonnull (strstr (text, "00:58 Evidencia"));
  g_assert_nonnull (strstr (text, "≈01:08 Respuesta"));
  g_assert_nonnull (strstr (text, "\n1:02:05 Compromiso"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/moments/youtube", test_youtube);
  g_test_add_func ("/moments/webvtt", test_webvtt);
  g_test_add_func ("/moments/comment", test_comment);
  return g_test_run ();
}
