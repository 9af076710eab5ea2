/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-works-private.h"

#include "model/tst-csv.h"

#include <string.h>

/* Rows looked at to see whether 03/04/2026 is in March or in April. */
#define DATE_SAMPLE 5000

const char *
tst_works_format_name (TstWorksFormat format)
{
  static const char *const names[] = { "csv", "secop", "geojson", "oc4ids" };

  g_assert (format < G_N_ELEMENTS (names));
  return names[format];
}

/* --- CSV --- */

typedef struct
{
  int column[TST_N_COLUMNS]; /* where in the file; -1 for nowhere */
  guint n_cells;
} Header;

static gboolean
read_header (TstWorksReader *self, TstCsvReader *csv, Header *header, GError **error)
{
  guint priorities[TST_N_COLUMNS];
  g_autoptr (GString) unknown = g_string_new (NULL);

  header->n_cells = tst_csv_reader_n_cells (csv);
  for (guint i = 0; i < TST_N_COLUMNS; i++)
    header->column[i] = -1;
  for (guint i = 0; i < header->n_cells; i++)
    {
      const char *name = tst_csv_reader_cell (csv, i);
      guint priority = 0;
      int column = _tst_works_find_column (name, &priority, &self->secop);

      if (column < 0)
        {
          if (*name != '\0' && unknown->len < 200)
            g_string_append_printf (unknown, "%s%s", unknown->len > 0 ? ", " : "", name);
          continue;
        }
      if (header->column[column] >= 0 && priorities[column] == priority)
        {
          g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "La columna «%s» está dos veces: deje una",
                       name);
          return FALSE;
        }
      if (header->column[column] < 0 || priority < priorities[column])
        {
          header->column[column] = i;
          priorities[column] = priority;
        }
    }
  /* SECOP's own "sector" is the buyer's branch of the administration, not what is built. */
  if (self->secop)
    header->column[TST_COL_SECTOR] = -1;
  if (header->column[TST_COL_CODE] < 0 && !(self->secop && header->column[TST_COL_CONTRACT_NUMBER] >= 0))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_FIELD,
                           "El archivo no tiene la columna «code»: la primera fila debe tener los nombres de "
                           "las columnas, con "
                           "«code» y «title»");
      return FALSE;
    }
  if (header->column[TST_COL_TITLE] < 0 && !(self->secop && header->column[TST_COL_DESCRIPTION] >= 0))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_FIELD,
                           "El archivo no tiene la columna «title»: la primera fila debe tener los nombres "
                           "de las columnas, con "
                           "«code» y «title»");
      return FALSE;
    }
  if (unknown->len > 0 && !self->secop)
    _tst_works_reader_warn (self, tst_csv_reader_row (csv), "Columnas que no se usan: %s", unknown->str);
  return TRUE;
}

/* 03/04/2026 is 3 April in Colombia, but SECOP's CSV export writes the month first. One date of the file with a day over 12 tells which. */
static TstDateOrder
find_date_order (TstCsvReader *csv, const Header *header)
{
  for (guint row = 0; row < DATE_SAMPLE; row++)
    {
      TstCsvResult result = tst_csv_reader_next (csv);

      if (result == TST_CSV_END)
        break;
      for (guint i = 0; result == TST_CSV_ROW && i < TST_N_WORK_COLUMNS; i++)
        {
          char iso[11];
          const char *text;

          if (_tst_work_fields[i].kind != TST_FIELD_DATE || header->column[i] < 0)
            continue;
          text = tst_csv_reader_cell (csv, header->column[i]);
          if (strchr (text, '/') == NULL)
            continue;
          if (!tst_date_text_parse (text, TST_DAY_FIRST, iso)
              && tst_date_text_parse (text, TST_MONTH_FIRST, iso))
            return TST_MONTH_FIRST;
          if (tst_date_text_parse (text, TST_DAY_FIRST, iso)
              && !tst_date_text_parse (text, TST_MONTH_FIRST, iso))
            return TST_DAY_FIRST;
        }
    }
  return TST_DAY_FIRST;
}

static gboolean
is_blank (TstCsvReader *csv)
{
  for (guint i = 0; i < tst_csv_reader_n_cells (csv); i++)
    for (const char *p = tst_csv_reader_cell (csv, i); *p != '\0'; p++)
      if (!g_ascii_isspace (*p))
        return FALSE;
  return TRUE;
}

static gboolean
take_row (TstWorksReader *self, TstCsvReader *csv, const Header *header, GError **error)
{
  TstWorksRow row = { 0 };

  for (guint i = header->n_cells; i < tst_csv_reader_n_cells (csv); i++)
    if (*tst_csv_reader_cell (csv, i) != '\0')
      {
        g_autofree char *message = g_strdup_printf (
            "La fila tiene %u celdas y el encabezado %u: ponga entre comillas los textos que llevan «%c»",
            tst_csv_reader_n_cells (csv), header->n_cells, tst_csv_reader_separator (csv));

        _tst_works_reader_refuse (self, tst_csv_reader_row (csv), TST_ERROR_BAD_VALUE, message);
        return TRUE;
      }
  for (guint i = 0; i < TST_N_COLUMNS; i++)
    row.cells[i] = header->column[i] >= 0 ? tst_csv_reader_cell (csv, header->column[i]) : NULL;
  return _tst_works_reader_take (self, tst_csv_reader_row (csv), &row, error);
}

static gboolean
read_csv (TstWorksReader *self, GBytes *bytes, GError **error)
{
  g_autoptr (TstCsvReader) csv = tst_csv_reader_new (bytes);
  TstCsvResult result;
  Header header;

  do
    result = tst_csv_reader_next (csv);
  while (result == TST_CSV_ROW && is_blank (csv));
  if (result != TST_CSV_ROW)
    {
      g_set_error_literal (
          error, TST_ERROR, TST_ERROR_BAD_VALUE,
          result == TST_CSV_END
              ? "El archivo está vacío: no hay obras que importar"
              : "El archivo no es una tabla CSV: guárdela como «CSV UTF-8» y vuelva a importar");
      return FALSE;
    }
  if (!read_header (self, csv, &header, error))
    return FALSE;
  self->result->format = self->secop ? TST_WORKS_SECOP : TST_WORKS_CSV;
  if (tst_csv_reader_encoding (csv) != NULL)
    _tst_works_reader_warn (self, 0, "El archivo no está en UTF-8: se leyó como %s. Revise las tildes.",
                            tst_csv_reader_encoding (csv));
  {
    g_autoptr (TstCsvReader) sample = tst_csv_reader_new (bytes);

    tst_csv_reader_next (sample);
    self->date_order = find_date_order (sample, &header);
  }

  while ((result = tst_csv_reader_next (csv)) != TST_CSV_END)
    {
      guint row = tst_csv_reader_row (csv);

      if (row % 256 == 0 && _tst_works_reader_is_cancelled (self, error))
        return FALSE;
      switch (result)
        {
        case TST_CSV_ROW:
          if (!is_blank (csv) && !take_row (self, csv, &header, error))
            return FALSE;
          break;
        case TST_CSV_BAD_QUOTES:
          _tst_works_reader_refuse (self, row, TST_ERROR_BAD_VALUE,
                                    "Las comillas de la fila no cierran: revise las comillas (dentro de un "
                                    "texto se escriben dobles)");
          break;
        case TST_CSV_BAD_ENCODING:
          _tst_works_reader_refuse (self, row, TST_ERROR_BAD_VALUE,
                                    "La fila tiene caracteres dañados: guarde el archivo como «CSV UTF-8»");
          break;
        case TST_CSV_TOO_LARGE:
          _tst_works_reader_refuse (self, row, TST_ERROR_TOO_LARGE,
                                    "La fila es demasiado larga: revise que sea una tabla CSV");
          break;
        case TST_CSV_END:
        default:
          g_assert_not_reached ();
        }
    }
  return TRUE;
}

/* --- the file --- */

static gboolean
looks_like_json (GBytes *bytes, const char **text, gsize *size)
{
  *text = g_bytes_get_data (bytes, size);
  if (*size >= 3 && memcmp (*text, "\xef\xbb\xbf", 3) == 0)
    {
      *text += 3;
      *size -= 3;
    }
  for (gsize i = 0; i < *size; i++)
    if (!g_ascii_isspace ((*text)[i]))
      return (*text)[i] == '{' || (*text)[i] == '[';
  return FALSE;
}

/* What people choose by mistake, and what to do then. */
static gboolean
check_kind (GBytes *bytes, GError **error)
{
  static const struct
  {
    const char *magic;
    gsize size;
    const char *message;
  } kinds[] = {
    { "PK\003\004", 4,
      "Es un libro de Excel o un archivo comprimido: guárdelo como «CSV UTF-8» y vuelva a importar" },
    { "\xd0\xcf\x11\xe0", 4, "Es un libro de Excel: guárdelo como «CSV UTF-8» y vuelva a importar" },
    { "%PDF", 4, "Es un PDF: importe la tabla como CSV" },
    { "<", 1, "Es una página o un archivo XML: importe la tabla como CSV" },
  };
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (size >= kinds[i].size && memcmp (data, kinds[i].magic, kinds[i].size) == 0)
      {
        g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, kinds[i].message);
        return FALSE;
      }
  return TRUE;
}

gboolean
tst_works_import (GBytes *bytes, const TstWorksImportFuncs *funcs, gpointer user_data,
                  TstWorksImportResult *result, GCancellable *cancellable, GError **error)
{
  TstWorksImportResult uncounted;
  TstWorksReader reader
      = { .funcs = funcs, .user_data = user_data, .result = result, .cancellable = cancellable };
  const char *text;
  gsize size;
  gboolean ok;

  if (result == NULL)
    reader.result = result = &uncounted;
  memset (result, 0, sizeof *result);
  if (!check_kind (bytes, error))
    return FALSE;
  reader.work = tst_work_new ();
  reader.codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (looks_like_json (bytes, &text, &size))
    ok = _tst_works_read_json (&reader, text, size, error);
  else
    ok = read_csv (&reader, bytes, error);
  tst_work_free (reader.work);
  g_hash_table_unref (reader.codes);
  for (guint i = 0; i < TST_N_LISTS; i++)
    g_clear_pointer (&reader.words[i], g_hash_table_unref);
  return ok;
}
