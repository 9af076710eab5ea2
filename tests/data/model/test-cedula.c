/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-cedula.h"

#include <string.h>

/* Invented people only. */

#define CARD 531

static void
put (guint8 *card, gsize at, const char *utf8)
{
  gsize size;
  g_autofree char *latin = g_convert (utf8, -1, "ISO-8859-1", "UTF-8", NULL, &size, NULL);

  memcpy (card + at, latin, size);
}

/* As the card has it; @shift: some cards stand a byte or two further on. */
static void
fill (guint8 card[CARD], guint shift, const char *number, const char *surname, const char *second, const char *name, const char *other, const char *end)
{
  memset (card, 0, CARD);
  put (card, 2, "9876543210");
  put (card, 24, "PubDSK_1");
  put (card, 40 + shift, "12345678");
  put (card, 48 + shift, number);
  put (card, 58 + shift, surname);
  put (card, 81 + shift, second);
  put (card, 104 + shift, name);
  put (card, 127 + shift, other);
  put (card, 150 + shift, end);
  for (guint i = 170 + shift; i < CARD; i++)
    card[i] = (guint8) (i * 37); /* what stands for fingers */
}

static void
test_card (void)
{
  guint8 card[CARD];

  for (guint shift = 0; shift < 3; shift++)
    {
      g_autoptr (TstCedula) read = NULL;
      g_autofree char *name = NULL;

      fill (card, shift, "0000123456", "PEÑA", "DE LA CRUZ", "MARÍA", "INVENTADA", "0F19850312680010O+");
      read = tst_cedula_parse (card, sizeof card);
      g_assert_nonnull (read);
      g_assert_true (read->sure);
      g_assert_cmpstr (read->number, ==, "123456");
      name = tst_cedula_dup_full_name (read);
      g_assert_cmpstr (name, ==, "María Inventada Peña de la Cruz");
      g_assert_cmpint (read->sex, ==, 'F');
      g_assert_cmpint (g_date_get_year (&read->born), ==, 1985);
      g_assert_cmpint (g_date_get_month (&read->born), ==, 3);
      g_assert_cmpint (g_date_get_day (&read->born), ==, 12);
    }
}

static void
test_missing_names (void)
{
  guint8 card[CARD];
  g_autoptr (TstCedula) read = NULL;

  fill (card, 0, "1098765432", "FICTICIO", "", "LUIS", "", "0M20010131680010A-");
  read = tst_cedula_parse (card, sizeof card);
  g_assert_nonnull (read);
  g_assert_true (read->sure);
  g_assert_cmpstr (read->number, ==, "1098765432");
  g_assert_cmpstr (read->surname, ==, "Ficticio");
  g_assert_null (read->second_surname);
  g_assert_cmpstr (read->name, ==, "Luis");
  g_assert_null (read->second_name);
}

/* Scanners that type: NULs as spaces, as tabs, or left out. */
static void
test_typed (void)
{
  guint8 card[CARD];
  g_autofree char *spaced = g_malloc0 (CARD * 2 + 1);
  g_autofree char *tabbed = NULL;
  g_autofree char *utf8 = NULL;
  GString *tabs = g_string_new (NULL);
  gsize n = 0;

  fill (card, 0, "0000123456", "PEÑA", "SUAREZ", "ANA", "LUZ", "0F19850312");
  for (guint i = 24; i < 160; i++)
    spaced[n++] = card[i] != 0 ? card[i] : ' ';
  utf8 = g_convert (spaced, n, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
  for (guint i = 0; i < 2; i++)
    {
      const char *text = i == 0 ? spaced : utf8;
      g_autoptr (TstCedula) read = tst_cedula_parse (text, i == 0 ? n : strlen (utf8));
      g_autofree char *name = NULL;

      g_assert_nonnull (read);
      name = tst_cedula_dup_full_name (read);
      g_assert_cmpstr (name, ==, "Ana Luz Peña Suarez");
      g_assert_cmpstr (read->number, ==, "123456");
    }
  g_string_append (tabs, "PubDSK_1\t123456\tPENA\tSUAREZ\tANA\tLUZ\t0F19850312");
  tabbed = g_string_free (tabs, FALSE);
  {
    g_autoptr (TstCedula) read = tst_cedula_parse (tabbed, strlen (tabbed));
    g_autofree char *name = NULL;

    g_assert_nonnull (read);
    g_assert_false (read->sure);
    name = tst_cedula_dup_full_name (read);
    g_assert_cmpstr (name, ==, "Ana Luz Pena Suarez");
  }
}

static void
test_not_a_card (void)
{
  static const char *const other[] = { "", "https://testigo.example/aportes/2026-7K3M-Q9TD-W2XA-5", "1234567890", "0000123456PEREZ", "0000123456PEREZ 0M19851399" };
  guint8 noise[300];

  for (guint i = 0; i < G_N_ELEMENTS (other); i++)
    g_assert_null (tst_cedula_parse (other[i], strlen (other[i])));
  /* Whatever bytes there are, reading ends and stays inside. */
  for (guint round = 0; round < 3000; round++)
    {
      gsize size = g_test_rand_int_range (0, sizeof noise);
      TstCedula *read;
      guint8 *exact;

      for (gsize i = 0; i < size; i++)
        noise[i] = "0123456789MFAB \0Z\xd1"[g_test_rand_int_range (0, 18)];
      exact = g_memdup2 (noise, size);
      if (size == 0)
        exact = g_malloc0 (1);
      read = tst_cedula_parse (exact, size);
      g_clear_pointer (&read, tst_cedula_free);
      g_free (exact);
    }
}

static void
test_minor (void)
{
  guint8 card[CARD];
  g_autoptr (TstCedula) read = NULL;
  GDate day;

  fill (card, 0, "1098765432", "FICTICIO", "", "LUIS", "", "0M20100320680010A-");
  read = tst_cedula_parse (card, sizeof card);
  g_date_set_dmy (&day, 19, 3, 2028);
  g_assert_true (tst_cedula_is_minor (read, &day));
  g_date_set_dmy (&day, 20, 3, 2028);
  g_assert_false (tst_cedula_is_minor (read, &day));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cedula/card", test_card);
  g_test_add_func ("/cedula/missing-names", test_missing_names);
  g_test_add_func ("/cedula/typed", test_typed);
  g_test_add_func ("/cedula/not-a-card", test_not_a_card);
  g_test_add_func ("/cedula/minor", test_minor);
  return g_test_run ();
}
