/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-cedula.h"

#include <string.h>

#define COLUMN 23            /* of each name */
#define COLUMNS 4
#define LEAST_DIGITS 6
#define MOST_DIGITS 10
#define MOST_GAP 4           /* of filling between number and surname */
#define MOST_NAMES 160
#define DATE_DIGITS 8
#define MOST_SIZE 4096

static gboolean
is_fill (guint8 byte)
{
  return byte < 0x20 || byte == ' ' || byte == 0x7f;
}

/* Latin-1. */
static gboolean
is_letter (guint8 byte)
{
  return g_ascii_isalpha (byte) || (byte >= 0xc0 && byte != 0xd7 && byte != 0xf7);
}

static void
wipe (char *text)
{
  if (text != NULL)
    memset (text, 0, strlen (text));
  g_free (text);
}

void
tst_cedula_free (TstCedula *self)
{
  wipe (self->number);
  wipe (self->surname);
  wipe (self->second_surname);
  wipe (self->name);
  wipe (self->second_name);
  memset (self, 0, sizeof *self);
  g_free (self);
}

/* "PEÑA DE LA CRUZ" as "Peña de la Cruz". */
static char *
dup_name (const guint8 *bytes, gsize size)
{
  static const char *const small[] = { "de", "del", "la", "las", "los", "y", NULL };
  g_autofree char *utf8 = NULL;
  g_autofree char *lower = NULL;
  g_auto (GStrv) words = NULL;
  GString *name;

  while (size > 0 && is_fill (bytes[0]))
    bytes++, size--;
  while (size > 0 && is_fill (bytes[size - 1]))
    size--;
  if (size == 0)
    return NULL;
  utf8 = g_convert ((const char *) bytes, size, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
  if (utf8 == NULL)
    return NULL;
  lower = g_utf8_strdown (utf8, -1);
  words = g_strsplit_set (lower, " \t", -1);
  name = g_string_new (NULL);
  for (guint i = 0; words[i] != NULL; i++)
    {
      gunichar first = g_utf8_get_char (words[i]);

      if (*words[i] == '\0')
        continue;
      if (name->len > 0)
        g_string_append_c (name, ' ');
      if (g_strv_contains (small, words[i]))
        g_string_append (name, words[i]);
      else
        {
          g_string_append_unichar (name, g_unichar_toupper (first));
          g_string_append (name, g_utf8_next_char (words[i]));
        }
    }
  memset (utf8, 0, strlen (utf8));
  memset (lower, 0, strlen (lower));
  return g_string_free (name, FALSE);
}

static gboolean
read_date (const guint8 *bytes, GDate *date)
{
  guint n[DATE_DIGITS], year, month, day;

  for (guint i = 0; i < DATE_DIGITS; i++)
    {
      if (!g_ascii_isdigit (bytes[i]))
        return FALSE;
      n[i] = bytes[i] - '0';
    }
  year = n[0] * 1000 + n[1] * 100 + n[2] * 10 + n[3];
  month = n[4] * 10 + n[5];
  day = n[6] * 10 + n[7];
  if (year < 1900 || year > 2100 || !g_date_valid_dmy (day, month, year))
    return FALSE;
  g_date_set_dmy (date, day, month, year);
  return TRUE;
}

/* Where "M" or "F" and a date of birth stand after @from; 0: nowhere. A letter before it would make it part of a name. */
static gsize
find_sex (const guint8 *data, gsize size, gsize from, GDate *born)
{
  for (gsize i = from; i + DATE_DIGITS < size && i < from + MOST_NAMES; i++)
    if ((data[i] == 'M' || data[i] == 'F') && i > from && !is_letter (data[i - 1]) && read_date (data + i + 1, born))
      return i;
  return 0;
}

/* In columns: the filling stands where it must. */
static gboolean
holds_columns (const guint8 *names, gsize size)
{
  if (size < COLUMN * COLUMNS)
    return FALSE;
  for (guint i = 1; i < COLUMNS; i++)
    if (!is_fill (names[i * COLUMN - 1]) || (!is_fill (names[i * COLUMN]) && !is_letter (names[i * COLUMN])))
      return FALSE;
  /* Inside a column letters do not begin again after a run of filling. */
  for (guint column = 0; column < COLUMNS; column++)
    for (guint i = 2; i < COLUMN; i++)
      {
        const guint8 *at = names + column * COLUMN + i;

        if (is_letter (at[0]) && is_fill (at[-1]) && is_fill (at[-2]))
          return FALSE;
      }
  return TRUE;
}

static void
read_columns (TstCedula *self, const guint8 *names)
{
  self->surname = dup_name (names, COLUMN);
  self->second_surname = dup_name (names + COLUMN, COLUMN);
  self->name = dup_name (names + 2 * COLUMN, COLUMN);
  self->second_name = dup_name (names + 3 * COLUMN, COLUMN);
  self->sure = TRUE;
}

/* Told apart by control bytes or by two spaces: a single space is within a name. */
static void
read_tokens (TstCedula *self, const guint8 *names, gsize size)
{
  char *found[COLUMNS] = { NULL };
  guint n = 0;
  gsize begin = 0;

  for (gsize i = 0; i <= size && n < COLUMNS; i++)
    {
      gboolean ends = i == size || (names[i] < 0x20) || (names[i] == ' ' && i + 1 < size && is_fill (names[i + 1]));

      if (!ends)
        continue;
      found[n] = dup_name (names + begin, i - begin);
      if (found[n] != NULL)
        n++;
      begin = i + 1;
    }
  self->surname = found[0];
  if (n > 2)
    {
      self->second_surname = found[1];
      self->name = found[2];
      self->second_name = found[3];
    }
  else
    self->name = found[1];
}

/* Without the digit that stands before the sex. */
static gsize
names_length (const guint8 *data, gsize begin, gsize sex)
{
  gsize end = sex;

  while (end > begin && g_ascii_isdigit (data[end - 1]))
    end--;
  return end - begin;
}

static TstCedula *
read_at (const guint8 *data, gsize size, gsize first_letter, gsize last_digit)
{
  TstCedula *self;
  GDate born;
  gsize sex = find_sex (data, size, first_letter, &born);
  gsize begin = last_digit + 1, digits = 0, length;

  if (sex == 0)
    return NULL;
  while (digits < MOST_DIGITS && digits <= last_digit && g_ascii_isdigit (data[last_digit - digits]))
    digits++;
  if (digits < LEAST_DIGITS)
    return NULL;
  self = g_new0 (TstCedula, 1);
  self->number = g_strndup ((const char *) data + last_digit + 1 - digits, digits);
  memmove (self->number, self->number + strspn (self->number, "0"), strlen (self->number) - strspn (self->number, "0") + 1);
  self->sex = data[sex];
  self->born = born;
  length = names_length (data, begin, sex);
  if (first_letter == begin && holds_columns (data + begin, length))
    read_columns (self, data + begin);
  else
    read_tokens (self, data + begin, length);
  if (*self->number != '\0' && self->surname != NULL)
    return self;
  tst_cedula_free (self);
  return NULL;
}

static TstCedula *
parse_latin (const guint8 *data, gsize size)
{
  for (gsize i = 0; i + 1 < size; i++)
    {
      gsize letter = i + 1;
      TstCedula *found;

      if (!g_ascii_isdigit (data[i]))
        continue;
      while (letter < size && letter <= i + MOST_GAP && is_fill (data[letter]))
        letter++;
      if (letter >= size || !is_letter (data[letter]))
        continue;
      found = read_at (data, size, letter, i);
      if (found != NULL)
        return found;
    }
  return NULL;
}

TstCedula *
tst_cedula_parse (const void *data, gsize size)
{
  g_autofree char *latin = NULL;
  gsize read = 0, written = 0;
  gboolean high = FALSE;
  TstCedula *self;

  g_return_val_if_fail (data != NULL, NULL);
  size = MIN (size, MOST_SIZE);
  for (gsize i = 0; i < size; i++)
    high |= ((const guint8 *) data)[i] >= 0x80;
  /* What a scanner types comes as UTF-8. NULs are no part of that check. */
  if (high && memchr (data, 0, size) == NULL && g_utf8_validate (data, size, NULL))
    latin = g_convert (data, size, "ISO-8859-1", "UTF-8", &read, &written, NULL);
  self = latin != NULL ? parse_latin ((const guint8 *) latin, written) : parse_latin (data, size);
  if (latin != NULL)
    memset (latin, 0, written);
  return self;
}

char *
tst_cedula_dup_full_name (const TstCedula *self)
{
  const char *const parts[] = { self->name, self->second_name, self->surname, self->second_surname };
  GString *name = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i] != NULL)
      g_string_append_printf (name, "%s%s", name->len > 0 ? " " : "", parts[i]);
  return g_string_free (name, FALSE);
}

gboolean
tst_cedula_is_minor (const TstCedula *self, const GDate *today)
{
  GDate grown = self->born;

  if (!g_date_valid (&grown))
    return FALSE;
  g_date_add_years (&grown, 18);
  return g_date_compare (today, &grown) < 0;
}
