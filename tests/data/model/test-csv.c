/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-csv.h"

#include <math.h>
#include <string.h>

/* The rows of @text as "cell|cell", or "!" and the kind of fault. */
static char *
read_all (const char *text, gssize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, size < 0 ? strlen (text) : (gsize)size);
  g_autoptr (TstCsvReader) reader = tst_csv_reader_new (bytes);
  GString *out = g_string_new (NULL);
  TstCsvResult result;

  while ((result = tst_csv_reader_next (reader)) != TST_CSV_END)
    {
      g_string_append_printf (out, "%u:", tst_csv_reader_row (reader));
      if (result != TST_CSV_ROW)
        g_string_append_printf (out, "!%d", result);
      for (guint i = 0; result == TST_CSV_ROW && i < tst_csv_reader_n_cells (reader); i++)
        g_string_append_printf (out, "%s%s", i > 0 ? "|" : "", tst_csv_reader_cell (reader, i));
      g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}

static void
assert_rows (const char *text, gssize size, const char *expected)
{
  g_autofree char *rows = read_all (text, size);

  g_assert_cmpstr (rows, ==, expected);
}

static void
test_reading (void)
{
  assert_rows ("", -1, "");
  assert_rows ("a,b\n1,2", -1, "1:a|b\n2:1|2\n");
  assert_rows ("a,b\r\n1,2\r\n", -1, "1:a|b\n2:1|2\n");
  assert_rows ("a,b\r1,2\r", -1, "1:a|b\n2:1|2\n");
  assert_rows ("\xef\xbb\xbf"
               "a;b;c\n1,5;;x\n",
               -1, "1:a|b|c\n2:1,5||x\n");
  assert_rows ("a\tb\n1\t2,3\n", -1, "1:a|b\n2:1|2,3\n");
  assert_rows ("sep=;\na;b\n", -1, "2:a|b\n");
  assert_rows ("a,b\n\"x, \"\"y\"\"\n z\",\"\"\n", -1, "1:a|b\n2:x, \"y\"\n z|\n");
  /* The header's quoted separators do not count. */
  assert_rows ("\"a,b,c\";d\n1;2\n", -1, "1:a,b,c|d\n2:1|2\n");
  /* A quote inside a bare cell is a character. */
  assert_rows ("a,b\n2\" pipe,x\n", -1, "1:a|b\n2:2\" pipe|x\n");
}

/* 3: BAD_QUOTES is 1, BAD_ENCODING 2. */
static void
test_faults_cost_one_row (void)
{
  assert_rows ("a,b\n\"open,1\n2,3\n4,5\n", -1, "1:a|b\n2:!1\n3:2|3\n4:4|5\n");
  assert_rows ("a,b\n\"open,1\n\"q\",3\n", -1, "1:a|b\n2:!1\n3:q|3\n");
  assert_rows ("a,b\n\"x\"y,1\n2,3\n", -1, "1:a|b\n2:!1\n3:2|3\n");
  assert_rows ("\xef\xbb\xbf"
               "a,b\ní\xff,1\n2,3\n",
               -1, "1:a|b\n2:!2\n3:2|3\n");
  assert_rows ("a,b\nx\0y,1\n2,3\n", 14, "1:a|b\n2:!2\n3:2|3\n");
}

static void
test_encodings (void)
{
  static const char utf16[] = "\xff\xfe"
                              "a\0,\0b\0\n\0\xf1\0,\0"
                              "1\0";
  g_autoptr (GString) many = g_string_new ("x");
  g_autofree char *rows = NULL;

  assert_rows ("a,b\nse\xf1or,1\n", -1, "1:a|b\n2:señor|1\n");
  assert_rows (utf16, sizeof utf16 - 1, "1:a|b\n2:ñ|1\n");
  /* Rows beyond any measure are refused, and what follows is read. */
  while (many->len < 2 * 1024 * 1024)
    g_string_append (many, "xxxxxxxxxxxxxxxx");
  g_string_append (many, "\n1,2\n");
  rows = read_all (many->str, many->len);
  g_assert_cmpstr (rows, ==, "1:!3\n2:1|2\n");
  g_clear_pointer (&rows, g_free);
  g_string_assign (many, "a");
  while (many->len < 3000)
    g_string_append_c (many, ',');
  g_string_append (many, "\n1,2\n");
  rows = read_all (many->str, many->len);
  g_assert_cmpstr (rows, ==, "1:!3\n2:1|2\n");
}

static void
test_writing (void)
{
  static const char *const texts[]
      = { "plain", "with, comma", "with \"quotes\"", "two\nlines", "señor", NULL, " spaces " };
  static const char *const formulas[] = { "=1+1",
                                          "+57 600",
                                          "-x",
                                          "@sum",
                                          "\tx",
                                          "  =cmd",
                                          "\xef\xbc\x9d"
                                          "1" };
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (TstCsvWriter) writer = tst_csv_writer_new (out);
  g_autofree char *rows = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    tst_csv_writer_text (writer, texts[i]);
  tst_csv_writer_end_row (writer);
  tst_csv_writer_int (writer, -5);
  tst_csv_writer_double (writer, -73.1193);
  tst_csv_writer_double (writer, NAN);
  tst_csv_writer_double (writer, 1500000);
  tst_csv_writer_double (writer, 0.1 + 0.2);
  tst_csv_writer_end_row (writer);
  g_assert_cmpstr (out->str, ==,
                   "plain,\"with, comma\",\"with \"\"quotes\"\"\",\"two\nlines\",señor,,\" spaces \"\r\n"
                   "-5,-73.1193,,1500000,0.30000000000000004\r\n");
  rows = read_all (out->str, out->len);
  g_assert_cmpstr (rows, ==,
                   "1:plain|with, comma|with \"quotes\"|two\nlines|señor|| spaces \n"
                   "2:-5|-73.1193||1500000|0.30000000000000004\n");

  for (guint i = 0; i < G_N_ELEMENTS (formulas); i++)
    {
      g_string_truncate (out, 0);
      tst_csv_writer_text (writer, formulas[i]);
      tst_csv_writer_end_row (writer);
      g_assert_true (g_str_has_prefix (out->str[0] == '"' ? out->str + 1 : out->str, "'"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv/reading", test_reading);
  g_test_add_func ("/csv/faults-cost-one-row", test_faults_cost_one_row);
  g_test_add_func ("/csv/encodings", test_encodings);
  g_test_add_func ("/csv/writing", test_writing);
  return g_test_run ();
}
