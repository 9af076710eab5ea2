/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-csv.h"

#include <math.h>
#include <string.h>

#define MAX_ROW_SIZE (1024 * 1024)
#define MAX_CELLS 1000

struct _TstCsvReader
{
  GBytes *bytes;
  const char *at;
  const char *end;
  const char *encoding;
  char separator;
  guint row;      /* of the next row */
  guint row_read; /* of the row in hand */
  GString *text;  /* the cells in hand, one after the other, each with its NUL */
  GArray *cells;  /* gsize: where each begins in @text */
};

/* --- encodings --- */

/* Counts well-formed sequences of several bytes and bytes that belong to none. */
static void
count_sequences (const char *data, gsize size, gsize *good, gsize *bad)
{
  const char *at = data, *end = data + size;

  *good = *bad = 0;
  while (at < end)
    {
      gunichar c;

      if ((guchar)*at < 0x80)
        {
          at++;
          continue;
        }
      c = g_utf8_get_char_validated (at, end - at);
      if (c == (gunichar)-1 || c == (gunichar)-2)
        {
          (*bad)++;
          at++;
        }
      else
        {
          (*good)++;
          at = g_utf8_next_char (at);
        }
    }
}

static GBytes *
convert (const char *data, gsize size, const char *from)
{
  gsize length;
  char *text = g_convert_with_fallback (data, size, "UTF-8", from, "\xef\xbf\xbd", NULL, &length, NULL);

  return text != NULL ? g_bytes_new_take (text, length) : NULL;
}

/* What spreadsheets of Windows in Spanish write. A file that is UTF-8 but for a few bytes stays UTF-8: only those rows are bad. */
static void
find_encoding (TstCsvReader *self)
{
  gsize size, good, bad;
  const guchar *data = g_bytes_get_data (self->bytes, &size);
  const char *from = NULL;
  GBytes *converted;

  if (size >= 2 && data[0] == 0xff && data[1] == 0xfe)
    from = "UTF-16LE";
  else if (size >= 2 && data[0] == 0xfe && data[1] == 0xff)
    from = "UTF-16BE";
  else if (!g_utf8_validate_len ((const char *)data, size, NULL))
    {
      count_sequences ((const char *)data, size, &good, &bad);
      if (bad > good)
        from = "WINDOWS-1252";
    }
  converted = from != NULL ? convert ((const char *)data, size, from) : NULL;
  if (converted != NULL)
    {
      g_bytes_unref (self->bytes);
      self->bytes = converted;
      self->encoding = from;
    }
}

static void
find_separator (TstCsvReader *self)
{
  static const char candidates[] = ",;\t";
  gsize counts[3] = { 0 };
  gboolean quoted = FALSE;
  guint best = 0;

  if (self->end - self->at >= 5 && g_ascii_strncasecmp (self->at, "sep=", 4) == 0
      && (self->end - self->at == 5 || self->at[5] == '\r' || self->at[5] == '\n'))
    {
      self->separator = self->at[4];
      self->at += 5;
      if (self->at < self->end && *self->at == '\r')
        self->at++;
      if (self->at < self->end && *self->at == '\n')
        self->at++;
      self->row++;
      return;
    }
  for (const char *p = self->at; p < self->end && (quoted || (*p != '\n' && *p != '\r')); p++)
    {
      const char *found = quoted || *p == '\0' ? NULL : strchr (candidates, *p);

      if (*p == '"')
        quoted = !quoted;
      else if (found != NULL)
        counts[found - candidates]++;
    }
  for (guint i = 1; i < G_N_ELEMENTS (counts); i++)
    if (counts[i] > counts[best])
      best = i;
  self->separator = candidates[best];
}

TstCsvReader *
tst_csv_reader_new (GBytes *bytes)
{
  TstCsvReader *self = g_new0 (TstCsvReader, 1);
  gsize size;

  self->bytes = g_bytes_ref (bytes);
  self->text = g_string_sized_new (1024);
  self->cells = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->row = 1;
  find_encoding (self);
  self->at = g_bytes_get_data (self->bytes, &size);
  self->end = self->at + size;
  if (size >= 3 && memcmp (self->at, "\xef\xbb\xbf", 3) == 0)
    self->at += 3;
  find_separator (self);
  return self;
}

void
tst_csv_reader_free (TstCsvReader *self)
{
  g_bytes_unref (self->bytes);
  g_string_free (self->text, TRUE);
  g_array_unref (self->cells);
  g_free (self);
}

/* --- rows --- */

static const char *
skip_line_break (const char *at, const char *end)
{
  if (at < end && *at == '\r')
    {
      at++;
      if (at < end && *at == '\n')
        at++;
    }
  else if (at < end && *at == '\n')
    at++;
  return at;
}

static const char *
next_line (const char *at, const char *end)
{
  while (at < end && *at != '\n' && *at != '\r')
    at++;
  return skip_line_break (at, end);
}

static gboolean
ends_cell (TstCsvReader *self, const char *at)
{
  return at == self->end || *at == self->separator || *at == '\n' || *at == '\r';
}

/* Reads one cell into @text. NULL if its quotes are wrong or it has no end within @limit. */
static const char *
read_cell (TstCsvReader *self, const char *at, const char *limit)
{
  if (at == self->end || *at != '"')
    {
      const char *start = at;

      while (at < limit && *at != self->separator && *at != '\n' && *at != '\r')
        at++;
      if (!ends_cell (self, at))
        return NULL;
      g_string_append_len (self->text, start, at - start);
      return at;
    }
  for (at++;;)
    {
      const char *quote = memchr (at, '"', limit - at);

      if (quote == NULL)
        return NULL;
      g_string_append_len (self->text, at, quote - at);
      at = quote + 1;
      if (at == self->end || *at != '"')
        break;
      g_string_append_c (self->text, '"');
      at++;
    }
  return ends_cell (self, at) ? at : NULL;
}

TstCsvResult
tst_csv_reader_next (TstCsvReader *self)
{
  const char *start = self->at;
  const char *at = start;
  const char *limit;

  g_string_truncate (self->text, 0);
  g_array_set_size (self->cells, 0);
  if (start == self->end)
    return TST_CSV_END;
  self->row_read = self->row++;
  limit = self->end - start > MAX_ROW_SIZE ? start + MAX_ROW_SIZE : self->end;

  while (TRUE)
    {
      gsize offset = self->text->len;

      g_array_append_val (self->cells, offset);
      at = read_cell (self, at, limit);
      if (at == NULL)
        {
          self->at = next_line (start, self->end);
          return self->at > limit ? TST_CSV_TOO_LARGE : TST_CSV_BAD_QUOTES;
        }
      g_string_append_c (self->text, '\0');
      if (at == self->end || *at != self->separator)
        break;
      if (self->cells->len == MAX_CELLS)
        {
          self->at = next_line (start, self->end);
          return TST_CSV_TOO_LARGE;
        }
      at++;
    }
  self->at = skip_line_break (at, self->end);

  /* The NULs are the cells' ends: any other one came from the file. */
  for (guint i = 0; i < self->cells->len; i++)
    {
      gsize from = g_array_index (self->cells, gsize, i);
      gsize to = i + 1 < self->cells->len ? g_array_index (self->cells, gsize, i + 1) : self->text->len;

      if (!g_utf8_validate_len (self->text->str + from, to - from - 1, NULL))
        return TST_CSV_BAD_ENCODING;
    }
  return TST_CSV_ROW;
}

guint
tst_csv_reader_row (TstCsvReader *self)
{
  return self->row_read;
}

guint
tst_csv_reader_n_cells (TstCsvReader *self)
{
  return self->cells->len;
}

const char *
tst_csv_reader_cell (TstCsvReader *self, guint column)
{
  if (column >= self->cells->len)
    return "";
  return self->text->str + g_array_index (self->cells, gsize, column);
}

char
tst_csv_reader_separator (TstCsvReader *self)
{
  return self->separator;
}

const char *
tst_csv_reader_encoding (TstCsvReader *self)
{
  return self->encoding;
}

/* --- writing --- */

struct _TstCsvWriter
{
  GString *to;
  gboolean in_row;
};

TstCsvWriter *
tst_csv_writer_new (GString *to)
{
  TstCsvWriter *self = g_new0 (TstCsvWriter, 1);

  self->to = to;
  return self;
}

void
tst_csv_writer_free (TstCsvWriter *self)
{
  g_free (self);
}

static void
begin_cell (TstCsvWriter *self)
{
  if (self->in_row)
    g_string_append_c (self->to, ',');
  self->in_row = TRUE;
}

/* OWASP's list for CSV injection; spreadsheets look past leading spaces. */
static gboolean
is_formula (const char *text)
{
  gunichar c;

  if (*text == '\t' || *text == '\r' || *text == '\n')
    return TRUE;
  while (g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  c = g_utf8_get_char (text);
  return c == '=' || c == '+' || c == '-' || c == '@' || c == 0xff1d || c == 0xff0b || c == 0xff0d
         || c == 0xff20;
}

void
tst_csv_writer_text (TstCsvWriter *self, const char *text)
{
  gboolean guard, quote;

  begin_cell (self);
  if (text == NULL || *text == '\0')
    return;
  guard = is_formula (text);
  quote = strpbrk (text, ",;\t\"\r\n") != NULL || g_ascii_isspace (text[0])
          || g_ascii_isspace (text[strlen (text) - 1]);
  if (quote)
    g_string_append_c (self->to, '"');
  if (guard)
    g_string_append_c (self->to, '\'');
  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        g_string_append_c (self->to, '"');
      g_string_append_c (self->to, *text);
    }
  if (quote)
    g_string_append_c (self->to, '"');
}

void
tst_csv_writer_int (TstCsvWriter *self, gint64 value)
{
  begin_cell (self);
  g_string_append_printf (self->to, "%" G_GINT64_FORMAT, value);
}

void
tst_csv_writer_double (TstCsvWriter *self, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  begin_cell (self);
  if (!isfinite (value))
    return;
  /* 15 digits give back what people wrote; 17 only where it takes them to be the same number. */
  g_ascii_formatd (buffer, sizeof buffer, "%.15g", value);
  if (g_ascii_strtod (buffer, NULL) != value)
    g_ascii_formatd (buffer, sizeof buffer, "%.17g", value);
  g_string_append (self->to, buffer);
}

void
tst_csv_writer_end_row (TstCsvWriter *self)
{
  g_string_append (self->to, "\r\n");
  self->in_row = FALSE;
}
