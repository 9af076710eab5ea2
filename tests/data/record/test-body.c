/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "record/tst-body.h"

#include <string.h>

#define ID "3f1c2d4e-5a6b-4c7d-8e9f-0a1b2c3d4e5f"
#define SHA "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void
test_json_refused (void)
{
  static const char *const bad[] = {
    "",
    "[]",
    "null",
    "{",
    "{}x",
    "{} {}",
    "{}/* fin */",
    "// inicio\n{}",
    "var x = {}",
    "{\"a\":1,}",
    "{\"a\":1 \"b\":2}",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"\\u0061\":2}",
    "{\"x\":[{\"b\":{\"c\":1,\"c\":1}}]}",
    "{a:1}",
    "{'a':1}",
    "{\"a\":01}",
    "{\"a\":+1}",
    "{\"a\":.5}",
    "{\"a\":1.}",
    "{\"a\":1e}",
    "{\"a\":0x10}",
    "{\"a\":NaN}",
    "{\"a\":1e999}",
    "{\"a\":9223372036854775808}",
    "{\"a\":tru}",
    "{\"a\":[1,]}",
    "{\"a\":\"\\u0000\"}",
    "{\"a\":\"\\ud800\"}",
    "{\"a\":\"\\ud800\\u0041\"}",
    "{\"a\":\"\\x\"}",
    "{\"a\":\"\n\"}",
    "{\"a\":\"\xff\"}",
    "{\"a\":\"",
    "{\"a\":\"\\",
    "{\"a\":\"\\u12",
  };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (JsonObject) none = tst_json_parse_object (bad[i], -1, &error);

      if (none != NULL)
        g_error ("Taken: %s", bad[i]);
      g_assert_error (error, TST_ERROR, TST_ERROR_BAD_JSON);
      g_clear_error (&error);
    }
  g_assert_null (tst_json_parse_object ("{}\0", 3, NULL));
  g_assert_null (tst_json_parse_object ("{\"a\0b\":1}", 9, NULL));
}

static void
test_json_depth (void)
{
  for (guint depth = 30; depth <= 40; depth++)
    {
      g_autoptr (GString) text = g_string_new ("{\"a\":");
      g_autoptr (JsonObject) object = NULL;

      for (guint i = 1; i < depth; i++)
        g_string_append_c (text, '[');
      for (guint i = 1; i < depth; i++)
        g_string_append_c (text, ']');
      g_string_append_c (text, '}');
      object = tst_json_parse_object (text->str, text->len, NULL);
      g_assert_true ((object != NULL) == (depth <= 32));
    }
}

static void
test_json_taken (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = tst_json_parse_object (
    " {\"s\":\"a\\u00e9\\ud83d\\ude00\\n\\\"\", \"i\":-5, \"big\":9223372036854775807, \"d\":1.5, \"e\":2E3,"
    " \"b\":true, \"n\":null, \"o\":{\"a\":1}, \"l\":[1,{\"a\":2}]}\n",
    -1, &error);
  g_autofree char *line = NULL;
  g_autoptr (JsonObject) again = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (tst_json_string (object, "s"), ==, "aé😀\n\"");
  g_assert_null (tst_json_string (object, "i"));
  g_assert_null (tst_json_string (object, "n"));
  g_assert_null (tst_json_string (object, "zz"));
  g_assert_null (tst_json_string (NULL, "s"));
  g_assert_cmpint (tst_json_int (object, "i", 9), ==, -5);
  g_assert_cmpint (tst_json_int (object, "big", 9), ==, G_MAXINT64);
  g_assert_cmpint (tst_json_int (object, "d", 9), ==, 9);
  g_assert_cmpint (tst_json_int (object, "l", 9), ==, 9);
  g_assert_cmpfloat (tst_json_double (object, "d", 9), ==, 1.5);
  g_assert_cmpfloat (tst_json_double (object, "e", 9), ==, 2000);
  g_assert_cmpfloat (tst_json_double (object, "i", 9), ==, -5);
  g_assert_cmpfloat (tst_json_double (object, "s", 9), ==, 9);
  g_assert_true (tst_json_bool (object, "b", FALSE));
  g_assert_true (tst_json_bool (object, "i", TRUE));
  g_assert_nonnull (tst_json_object (object, "o"));
  g_assert_null (tst_json_object (object, "l"));
  g_assert_nonnull (tst_json_array (object, "l"));
  g_assert_null (tst_json_array (object, "o"));

  line = tst_json_write (object);
  g_assert_null (strchr (line, '\n'));
  again = tst_json_parse_object (line, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tst_json_string (again, "s"), ==, tst_json_string (object, "s"));
}

static JsonObject *
content (gsize text_length)
{
  g_autofree char *text = g_strnfill (text_length, 'x');
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", "photo");
  json_object_set_string_member (object, "id", ID);
  json_object_set_string_member (object, "caption", text);
  return object;
}

static void
test_size_class (void)
{
  g_assert_cmpuint (tst_size_class (0), ==, 1024);
  g_assert_cmpuint (tst_size_class (1024), ==, 1024);
  g_assert_cmpuint (tst_size_class (1025), ==, 2048);
  g_assert_cmpuint (tst_size_class (200000), ==, 262144);
}

static void
test_padding (void)
{
  g_autoptr (JsonObject) same = content (10);
  g_autoptr (GBytes) a = tst_body_write (same, 0);
  g_autoptr (GBytes) b = tst_body_write (same, 0);
  g_autoptr (GBytes) large = tst_body_write (same, 5000);
  g_autoptr (JsonObject) huge = content (TST_BODY_MAX_SIZE);

  g_assert_false (g_bytes_equal (a, b)); /* the salt */
  g_assert_cmpuint (g_bytes_get_size (large), ==, 8192);
  g_assert_null (tst_body_write (huge, 0));
  for (gsize length = 0; length < 2200; length++)
    {
      g_autoptr (JsonObject) object = content (length);
      g_autoptr (GBytes) body = tst_body_write (object, 0);
      gsize size = g_bytes_get_size (body);
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) back = tst_body_parse (body, &error);

      g_assert_no_error (error);
      g_assert_true (size == 1024 || size == 2048 || size == 4096);
      g_assert_cmpuint (strlen (tst_json_string (back, "caption")), ==, length);
      g_assert_null (memchr (g_bytes_get_data (body, NULL), '\n', size));
    }
}

static GBytes *
padded_to (const char *members, gsize size)
{
  g_autofree char *head = g_strdup_printf ("{%s,\"pad\":\"", members);
  g_autoptr (GString) text = g_string_new (head);

  while (text->len < size - 2)
    g_string_append_c (text, ' ');
  g_string_append (text, "\"}");
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static GBytes *
padded (const char *members)
{
  return padded_to (members, 1024);
}

#define GOOD "\"testigo\":1,\"type\":\"photo\",\"id\":\"" ID "\",\"salt\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\""

static void
test_body_refused (void)
{
  static const char *const bad[] = {
    "\"testigo\":2,\"type\":\"photo\",\"id\":\"" ID "\",\"salt\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"",
    "\"testigo\":1,\"id\":\"" ID "\",\"salt\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"",
    "\"testigo\":1,\"type\":\"photo\",\"id\":\"1\",\"salt\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"",
    "\"testigo\":1,\"type\":\"photo\",\"id\":\"" ID "\",\"salt\":\"AAAA\"",
    "\"testigo\":1,\"type\":\"photo\",\"id\":\"" ID "\"",
    GOOD ",\"type\":\"otra\"",
    GOOD ",\"media\":{}",
    GOOD ",\"media\":[1]",
    GOOD ",\"media\":[{\"sha256\":\"" SHA "\",\"bytes\":5,\"type\":\"image/jpeg\",\"origin\":\"web\"}]",
    GOOD ",\"media\":[{\"sha256\":\"" SHA "\",\"bytes\":-5,\"type\":\"image/jpeg\",\"origin\":\"camera\"}]",
    GOOD ",\"media\":[{\"sha256\":\"" SHA "\",\"bytes\":\"5\",\"type\":\"image/jpeg\",\"origin\":\"camera\"}]",
    GOOD ",\"media\":[{\"sha256\":\"AB\",\"bytes\":5,\"type\":\"image/jpeg\",\"origin\":\"camera\"}]",
    GOOD ",\"media\":[{\"sha256\":\"" SHA "\",\"bytes\":5,\"origin\":\"camera\"}]",
    GOOD ",\"sealed\":[{\"sha256\":\"" SHA "\",\"bytes\":5}]",
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) good = padded (GOOD);
  g_autoptr (JsonObject) taken = tst_body_parse (good, &error);
  g_autoptr (GBytes) shorter = g_bytes_new_from_bytes (good, 0, 1023);
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) between = padded_to (GOOD, 1025);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) body = padded (bad[i]);

      g_assert_null (tst_body_parse (body, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_BAD_BODY);
      g_clear_error (&error);
    }
  g_assert_null (tst_body_parse (shorter, NULL));
  g_assert_null (tst_body_parse (empty, NULL));
  g_assert_null (tst_body_parse (between, NULL)); /* whole, and of no size class */
}

static void
test_parts (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = padded (
    GOOD ",\"media\":[{\"sha256\":\"" SHA "\",\"bytes\":5,\"type\":\"image/jpeg\",\"origin\":\"camera\","
         "\"role\":\"photo\"}],\"sealed\":[{\"sha256\":\"" SHA "\",\"bytes\":7,\"for\":\"officer\","
         "\"what\":\"attendee\"}]");
  g_autoptr (JsonObject) object = tst_body_parse (body, &error);
  g_autoptr (GPtrArray) media = NULL;
  g_autoptr (GPtrArray) sealed = NULL;
  TstPartRef *part;

  g_assert_no_error (error);
  media = tst_body_get_media (object, &error);
  sealed = tst_body_get_sealed (object, &error);
  g_assert_cmpuint (media->len, ==, 1);
  part = media->pdata[0];
  g_assert_cmpuint (part->bytes, ==, 5);
  g_assert_cmpstr (part->type, ==, "image/jpeg");
  g_assert_cmpstr (part->role, ==, "photo");
  g_assert_cmpstr (part->origin, ==, "camera");
  g_assert_cmpuint (sealed->len, ==, 1);
  part = sealed->pdata[0];
  g_assert_cmpstr (part->type, ==, "officer");
  g_assert_cmpstr (part->role, ==, "attendee");
  g_assert_null (part->origin);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/refused", test_json_refused);
  g_test_add_func ("/json/depth", test_json_depth);
  g_test_add_func ("/json/taken", test_json_taken);
  g_test_add_func ("/body/size-class", test_size_class);
  g_test_add_func ("/body/padding", test_padding);
  g_test_add_func ("/body/refused", test_body_refused);
  g_test_add_func ("/body/parts", test_parts);
  return g_test_run ();
}
