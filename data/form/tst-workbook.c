/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-workbook.h"

#include "base/tst-error.h"
#include "form/tst-form-values.h"

#include <archive.h>
#include <archive_entry.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <math.h>
#include <string.h>

#define MAX_UNPACKED (64 * 1024 * 1024)
#define MAX_PARTS 512
#define MAX_ROWS 100000
#define MAX_COLUMNS 1000
#define DAYS_1900_TO_1970 25569

struct _TstSheet
{
  char *name;
  GPtrArray *rows;    /* of GPtrArray of char*, NULL where a cell is empty */
  GArray *numbers;    /* guint: of each row */
  guint n_columns;
};

struct _TstWorkbook
{
  GPtrArray *sheets; /* of TstSheet */
};

typedef struct
{
  GHashTable *parts;    /* GBytes by name in the archive */
  GPtrArray *strings;   /* the shared ones */
  GArray *date_styles;  /* gboolean by number of the style */
  gboolean from_1904;
} Reader;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlDoc, xmlFreeDoc)
typedef struct archive TstArchive;
static void
tst_archive_free (TstArchive *archive)
{
  archive_read_free (archive);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstArchive, tst_archive_free)

static void
set_unreadable (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE,
                       "This is not a whole .xlsx workbook. Save the form again as .xlsx and import that file.");
}

/* --- the archive --- */

static gboolean
read_parts (GBytes *bytes, GHashTable *parts, GError **error)
{
  g_autoptr (TstArchive) archive = archive_read_new ();
  struct archive_entry *entry;
  gsize size, total = 0;
  const void *data = g_bytes_get_data (bytes, &size);
  int status;

  archive_read_support_format_zip_seekable (archive); /* by its directory: a file cut short has none */
  if (archive_read_open_memory (archive, data, size) != ARCHIVE_OK)
    {
      set_unreadable (error);
      return FALSE;
    }
  while ((status = archive_read_next_header (archive, &entry)) == ARCHIVE_OK)
    {
      g_autoptr (GByteArray) part = g_byte_array_new ();
      const char *name = archive_entry_pathname (entry);
      guint8 buffer[16384];
      la_ssize_t n;

      if (name == NULL || (!g_str_has_suffix (name, ".xml") && !g_str_has_suffix (name, ".rels")))
        continue;
      while ((n = archive_read_data (archive, buffer, sizeof buffer)) > 0)
        {
          total += n;
          if (total > MAX_UNPACKED || g_hash_table_size (parts) > MAX_PARTS)
            {
              g_set_error_literal (error, TST_ERROR, TST_ERROR_TOO_LARGE, "The workbook is too large for a form. Nothing was imported.");
              return FALSE;
            }
          g_byte_array_append (part, buffer, n);
        }
      if (n < 0)
        {
          set_unreadable (error);
          return FALSE;
        }
      g_hash_table_replace (parts, g_strdup (name), g_byte_array_free_to_bytes (g_steal_pointer (&part)));
    }
  if (status != ARCHIVE_EOF || g_hash_table_size (parts) == 0)
    {
      set_unreadable (error);
      return FALSE;
    }
  return TRUE;
}

static void
be_quiet (void *context, const char *format, ...)
{
}

/* No part of a workbook has a document type: entities are an attack. */
static xmlDoc *
parse_part (Reader *self, const char *name)
{
  GBytes *bytes = g_hash_table_lookup (self->parts, name);
  xmlParserCtxtPtr context;
  gsize size;
  const char *data;
  xmlDoc *doc;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &size);
  context = xmlNewParserCtxt ();
  context->sax->error = be_quiet;
  context->sax->warning = be_quiet;
  doc = xmlCtxtReadMemory (context, data, (int) size, name, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT);
  xmlFreeParserCtxt (context);
  if (doc != NULL && doc->intSubset != NULL)
    g_clear_pointer (&doc, xmlFreeDoc);
  return doc;
}

static xmlNodePtr
child_of (xmlNodePtr node, const char *name)
{
  for (xmlNodePtr child = node != NULL ? node->children : NULL; child != NULL; child = child->next)
    if (child->type == XML_ELEMENT_NODE && strcmp ((const char *) child->name, name) == 0)
      return child;
  return NULL;
}

static char *
attribute (xmlNodePtr node, const char *name)
{
  xmlChar *value = xmlGetProp (node, (const xmlChar *) name);
  char *text = g_strdup ((const char *) value);

  xmlFree (value);
  return text;
}

/* --- texts --- */

/* Text in one or several runs; readings of ideographs (rPh) are not part of it. */
static void
append_runs (xmlNodePtr node, GString *to)
{
  for (xmlNodePtr child = node->children; child != NULL; child = child->next)
    {
      if (child->type != XML_ELEMENT_NODE)
        continue;
      if (strcmp ((const char *) child->name, "t") == 0)
        {
          xmlChar *text = xmlNodeGetContent (child);

          g_string_append (to, (const char *) text);
          xmlFree (text);
        }
      else if (strcmp ((const char *) child->name, "r") == 0)
        append_runs (child, to);
    }
}

static char *
runs_text (xmlNodePtr node)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (node != NULL)
    append_runs (node, text);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
read_strings (Reader *self)
{
  g_autoptr (xmlDoc) doc = parse_part (self, "xl/sharedStrings.xml");
  xmlNodePtr root = doc != NULL ? xmlDocGetRootElement (doc) : NULL;

  for (xmlNodePtr item = root != NULL ? root->children : NULL; item != NULL; item = item->next)
    if (item->type == XML_ELEMENT_NODE && strcmp ((const char *) item->name, "si") == 0)
      g_ptr_array_add (self->strings, runs_text (item));
}

/* A format of the file's own is a date when it has a day or a year outside of quotes and brackets. */
static gboolean
is_date_code (const char *code)
{
  for (const char *p = code; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '[')
        {
          const char *end = strchr (p + 1, *p == '"' ? '"' : ']');

          if (end == NULL)
            return FALSE;
          p = end;
        }
      else if (*p == '\\' && p[1] != '\0')
        p++;
      else if (strchr ("dDyY", *p) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
read_styles (Reader *self)
{
  g_autoptr (xmlDoc) doc = parse_part (self, "xl/styles.xml");
  xmlNodePtr root = doc != NULL ? xmlDocGetRootElement (doc) : NULL;
  xmlNodePtr formats = child_of (root, "numFmts"), cells = child_of (root, "cellXfs");
  g_autoptr (GHashTable) dates = g_hash_table_new (NULL, NULL);

  for (xmlNodePtr format = formats != NULL ? formats->children : NULL; format != NULL; format = format->next)
    if (format->type == XML_ELEMENT_NODE)
      {
        g_autofree char *id = attribute (format, "numFmtId");
        g_autofree char *code = attribute (format, "formatCode");

        if (id != NULL && code != NULL && is_date_code (code))
          g_hash_table_add (dates, GINT_TO_POINTER (atoi (id)));
      }
  for (xmlNodePtr cell = cells != NULL ? cells->children : NULL; cell != NULL; cell = cell->next)
    if (cell->type == XML_ELEMENT_NODE)
      {
        g_autofree char *id = attribute (cell, "numFmtId");
        int number = id != NULL ? atoi (id) : 0;
        /* ECMA-376 § 18.8.30: 14 to 17 and 22 are dates. */
        gboolean is_date = (number >= 14 && number <= 17) || number == 22 || g_hash_table_contains (dates, GINT_TO_POINTER (number));

        g_array_append_val (self->date_styles, is_date);
      }
}

/* --- cells --- */

static char *
number_text (Reader *self, const char *value, const char *style)
{
  double number = tst_form_text_to_number (value);
  guint at = style != NULL ? (guint) atoi (style) : 0;

  if (isnan (number))
    return g_strdup (value);
  if (at < self->date_styles->len && g_array_index (self->date_styles, gboolean, at))
    {
      char *day = tst_form_day_to_text ((gint64) floor (number) - DAYS_1900_TO_1970 + (self->from_1904 ? 1462 : 0));

      if (day != NULL)
        return day;
    }
  return tst_form_number_to_text (number);
}

static char *
cell_text (Reader *self, xmlNodePtr cell)
{
  g_autofree char *type = attribute (cell, "t");
  g_autofree char *style = attribute (cell, "s");
  xmlNodePtr value = child_of (cell, "v");
  xmlChar *content;
  g_autofree char *text = NULL;

  if (g_strcmp0 (type, "inlineStr") == 0)
    return runs_text (child_of (cell, "is"));
  if (value == NULL)
    return NULL;
  content = xmlNodeGetContent (value);
  text = g_strdup ((const char *) content);
  xmlFree (content);
  if (g_strcmp0 (type, "s") == 0)
    {
      guint64 at;

      return g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &at, NULL) && at < self->strings->len ? g_strdup (self->strings->pdata[at])
                                                                                                    : NULL;
    }
  if (g_strcmp0 (type, "b") == 0)
    return g_strdup (strcmp (text, "1") == 0 ? "TRUE" : "FALSE");
  if (g_strcmp0 (type, "str") == 0 || g_strcmp0 (type, "e") == 0)
    return g_steal_pointer (&text);
  return number_text (self, text, style);
}

/* "AB12" is column 27. G_MAXUINT: not such a name. */
static guint
column_of (const char *reference)
{
  guint column = 0;

  if (reference == NULL || !g_ascii_isupper (*reference))
    return G_MAXUINT;
  for (; g_ascii_isupper (*reference) && column < MAX_COLUMNS * 26; reference++)
    column = column * 26 + (*reference - 'A' + 1);
  return column - 1;
}

static void
read_row (Reader *self, TstSheet *sheet, xmlNodePtr row, guint number)
{
  GPtrArray *cells = g_ptr_array_new_with_free_func (g_free);
  guint next = 0;

  for (xmlNodePtr cell = row->children; cell != NULL; cell = cell->next)
    {
      g_autofree char *reference = NULL;
      char *text;
      guint column;

      if (cell->type != XML_ELEMENT_NODE || strcmp ((const char *) cell->name, "c") != 0)
        continue;
      reference = attribute (cell, "r");
      column = column_of (reference);
      if (column == G_MAXUINT)
        column = next;
      next = column + 1;
      if (column >= MAX_COLUMNS)
        continue;
      text = cell_text (self, cell);
      if (text != NULL && *g_strstrip (text) == '\0')
        g_clear_pointer (&text, g_free);
      if (text == NULL)
        continue;
      while (cells->len <= column)
        g_ptr_array_add (cells, NULL);
      g_free (cells->pdata[column]);
      cells->pdata[column] = text;
    }
  sheet->n_columns = MAX (sheet->n_columns, cells->len);
  g_ptr_array_add (sheet->rows, cells);
  g_array_append_val (sheet->numbers, number);
}

static void
sheet_free (gpointer data)
{
  TstSheet *self = data;

  g_free (self->name);
  g_ptr_array_unref (self->rows);
  g_array_unref (self->numbers);
  g_free (self);
}

static gboolean
read_sheet (Reader *self, TstWorkbook *workbook, const char *name, const char *part)
{
  g_autoptr (xmlDoc) doc = parse_part (self, part);
  xmlNodePtr rows = doc != NULL ? child_of (xmlDocGetRootElement (doc), "sheetData") : NULL;
  TstSheet *sheet;
  guint number = 0;

  if (rows == NULL)
    return FALSE;
  sheet = g_new0 (TstSheet, 1);
  sheet->name = g_strdup (name);
  sheet->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  sheet->numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  g_ptr_array_add (workbook->sheets, sheet);
  for (xmlNodePtr row = rows->children; row != NULL && sheet->rows->len < MAX_ROWS; row = row->next)
    {
      g_autofree char *reference = NULL;

      if (row->type != XML_ELEMENT_NODE || strcmp ((const char *) row->name, "row") != 0)
        continue;
      reference = attribute (row, "r");
      number = reference != NULL ? (guint) atoi (reference) : number + 1;
      read_row (self, sheet, row, number);
    }
  return TRUE;
}

/* --- the workbook --- */

/* The part of the archive that a relation of the workbook leads to; NULL if none. */
static char *
follow (xmlNodePtr relations, const char *id)
{
  for (xmlNodePtr relation = relations != NULL ? relations->children : NULL; relation != NULL; relation = relation->next)
    {
      g_autofree char *own = relation->type == XML_ELEMENT_NODE ? attribute (relation, "Id") : NULL;
      g_autofree char *target = own != NULL && strcmp (own, id) == 0 ? attribute (relation, "Target") : NULL;

      if (target != NULL)
        return *target == '/' ? g_strdup (target + 1) : g_strconcat ("xl/", target, NULL);
    }
  return NULL;
}

static gboolean
read_workbook (Reader *self, TstWorkbook *workbook)
{
  g_autoptr (xmlDoc) doc = parse_part (self, "xl/workbook.xml");
  g_autoptr (xmlDoc) relations = parse_part (self, "xl/_rels/workbook.xml.rels");
  xmlNodePtr root = doc != NULL ? xmlDocGetRootElement (doc) : NULL;
  xmlNodePtr sheets = child_of (root, "sheets"), properties = child_of (root, "workbookPr");
  g_autofree char *from_1904 = properties != NULL ? attribute (properties, "date1904") : NULL;

  if (sheets == NULL || relations == NULL)
    return FALSE;
  self->from_1904 = from_1904 != NULL && (strcmp (from_1904, "1") == 0 || strcmp (from_1904, "true") == 0);
  read_strings (self);
  read_styles (self);
  for (xmlNodePtr sheet = sheets->children; sheet != NULL; sheet = sheet->next)
    {
      g_autofree char *name = NULL;
      g_autofree char *id = NULL;
      g_autofree char *part = NULL;

      if (sheet->type != XML_ELEMENT_NODE)
        continue;
      name = attribute (sheet, "name");
      id = attribute (sheet, "id"); /* r:id */
      part = id != NULL ? follow (xmlDocGetRootElement (relations), id) : NULL;
      if (name == NULL || part == NULL || !read_sheet (self, workbook, name, part))
        return FALSE;
    }
  return TRUE;
}

TstWorkbook *
tst_workbook_read (GBytes *bytes, GError **error)
{
  g_autoptr (TstWorkbook) workbook = g_new0 (TstWorkbook, 1);
  Reader reader = { 0 };
  gboolean fine;

  workbook->sheets = g_ptr_array_new_with_free_func (sheet_free);
  reader.parts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  reader.strings = g_ptr_array_new_with_free_func (g_free);
  reader.date_styles = g_array_new (FALSE, FALSE, sizeof (gboolean));
  fine = read_parts (bytes, reader.parts, error);
  if (fine && !read_workbook (&reader, workbook))
    {
      set_unreadable (error);
      fine = FALSE;
    }
  g_hash_table_unref (reader.parts);
  g_ptr_array_unref (reader.strings);
  g_array_unref (reader.date_styles);
  return fine ? g_steal_pointer (&workbook) : NULL;
}

void
tst_workbook_free (TstWorkbook *self)
{
  g_ptr_array_unref (self->sheets);
  g_free (self);
}

const TstSheet *
tst_workbook_find (const TstWorkbook *self, const char *name)
{
  for (guint i = 0; i < self->sheets->len; i++)
    {
      const TstSheet *sheet = self->sheets->pdata[i];

      if (g_ascii_strcasecmp (sheet->name, name) == 0)
        return sheet;
    }
  return NULL;
}

guint
tst_sheet_get_n_rows (const TstSheet *self)
{
  return self->rows->len;
}

guint
tst_sheet_get_n_columns (const TstSheet *self)
{
  return self->n_columns;
}

const char *
tst_sheet_get (const TstSheet *self, guint row, guint column)
{
  GPtrArray *cells = row < self->rows->len ? self->rows->pdata[row] : NULL;

  return cells != NULL && column < cells->len && cells->pdata[column] != NULL ? cells->pdata[column] : "";
}

guint
tst_sheet_get_row_number (const TstSheet *self, guint row)
{
  return row < self->numbers->len ? g_array_index (self->numbers, guint, row) : 0;
}
