/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-works-private.h"

#include "model/tst-geo.h"

#include <math.h>
#include <string.h>

/* From the cells of a row to a valid work, or to the reason why not. */

#define MAX_TITLE 200 /* characters of a title that is made from a contract's object */
#define MAX_SHOWN 40  /* characters of a cell that a message repeats */
#define MAX_WORDS 1000

/* --- telling --- */

void
_tst_works_reader_refuse (TstWorksReader *self, guint row, TstError code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (TST_ERROR, code, message);

  self->result->rows++;
  self->result->refused++;
  self->funcs->refused (row, tst_error_code (error), message, self->user_data);
}

void
_tst_works_reader_warn (TstWorksReader *self, guint row, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  self->result->warnings++;
  if (self->funcs->warning == NULL)
    return;
  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  self->funcs->warning (row, "bad-value", message, self->user_data);
}

gboolean
_tst_works_reader_is_cancelled (TstWorksReader *self, GError **error)
{
  if (!g_cancellable_is_cancelled (self->cancellable))
    return FALSE;
  g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "Se canceló la importación");
  return TRUE;
}

static gboolean
bad (GError **error, TstColumn column, const char *text, const char *what)
{
  g_autofree char *shown
      = g_utf8_strlen (text, -1) > MAX_SHOWN ? g_utf8_substring (text, 0, MAX_SHOWN) : NULL;

  g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "«%s» dice «%s%s», %s", _tst_work_fields[column].name,
               shown != NULL ? shown : text, shown != NULL ? "…" : "", what);
  return FALSE;
}

/* --- cells --- */

static gboolean
means_nothing (const char *text, gboolean secop)
{
  static const char *const always[]
      = { "no definido", "n/a", "n.a.", "null", "nan", "-", "--", "s/d", "sin definir", "#n/a" };
  static const char *const in_secop[] = { "no d", "no definida",   "no aplica",       "none",      "nd",
                                          "n/d",  "no disponible", "sin descripcion", "0000-00-00" };
  g_autofree char *lower = NULL;

  /* Nearly every cell is out of the question by its first letter or its length. */
  if (strchr ("nNsS-#0", *text) == NULL || strlen (text) > 16)
    return FALSE;
  lower = g_utf8_strdown (text, -1);
  for (guint i = 0; i < G_N_ELEMENTS (always); i++)
    if (strcmp (lower, always[i]) == 0)
      return TRUE;
  for (guint i = 0; secop && i < G_N_ELEMENTS (in_secop); i++)
    if (strcmp (lower, in_secop[i]) == 0)
      return TRUE;
  return FALSE;
}

/* Bytes that @text begins with and that are as good as a space: control characters, U+0080 to U+00A0, the byte order mark. */
static gsize
blank_bytes (const char *text)
{
  guchar c = (guchar)*text;

  if (c <= 0x20 || c == 0x7f)
    return 1;
  if (c == 0xc2 && (guchar)text[1] < 0xa1)
    return 2;
  if (c == 0xef && (guchar)text[1] == 0xbb && (guchar)text[2] == 0xbf)
    return 3;
  return 0;
}

/* Trimmed; in one line unless @prose; without control characters. NULL for what is empty or means nothing. */
static char *
clean (const char *text, gboolean prose, gboolean secop)
{
  g_autofree char *out = NULL;
  gsize n = 0;
  char between = '\0';

  if (text == NULL || *text == '\0')
    return NULL;
  out = g_malloc (strlen (text) + 1);
  while (*text != '\0')
    {
      gsize blank = blank_bytes (text);

      if (blank > 0)
        {
          if (n > 0 && between != '\n')
            between = prose && *text == '\n' ? '\n' : ' ';
          text += blank;
          continue;
        }
      if (between != '\0')
        out[n++] = between;
      between = '\0';
      out[n++] = *text++;
    }
  out[n] = '\0';
  if (n == 0 || means_nothing (out, secop))
    return NULL;
  return g_steal_pointer (&out);
}

/* The code of a list that a cell names; asked once for each different cell, since there are few and they come by the hundred thousand. */
static const TstCode *
find_code (TstWorksReader *self, TstCodeList list, const char *text)
{
  gpointer found;

  if (self->words[list] == NULL)
    self->words[list] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (g_hash_table_lookup_extended (self->words[list], text, NULL, &found))
    return found;
  found = (gpointer)tst_code_from_text (list, text);
  if (g_hash_table_size (self->words[list]) < MAX_WORDS)
    g_hash_table_insert (self->words[list], g_strdup (text), found);
  return found;
}

/* "{'url': 'https://…'}" or the address itself. */
static char *
find_address (const char *text)
{
  const char *start = strstr (text, "https://");
  gsize length;

  if (start == NULL)
    start = strstr (text, "http://");
  if (start == NULL)
    return NULL;
  length = strcspn (start, "\"'} \t\r\n<>");
  return length > 10 ? g_strndup (start, length) : NULL;
}

/* --- position --- */

typedef enum
{
  MEND_NONE,
  MEND_SWAP,
  MEND_SIGN,
  MEND_PROJECTED,
  N_MENDS
} Mend;

static const char *const mend_messages[N_MENDS] = {
  [MEND_SWAP] = "Latitud y longitud estaban cambiadas: se usaron al revés. Corrija el archivo.",
  [MEND_SIGN] = "A la longitud le faltaba el signo menos: se le puso. Corrija el archivo.",
  [MEND_PROJECTED] = "Las coordenadas estaban en metros (MAGNA-SIRGAS Origen-Nacional): se pasaron a grados.",
};

/* The transformation numbered by @data that brings a point into Colombia; FALSE if it does not. */
static gboolean
mend_point (TstPoint *point, gpointer data)
{
  TstPoint was = *point;

  switch ((Mend)GPOINTER_TO_UINT (data))
    {
    case MEND_SWAP:
      point->lon = was.lat;
      point->lat = was.lon;
      break;
    case MEND_SIGN:
      point->lon = -was.lon;
      break;
    case MEND_PROJECTED:
      /* Easting and northing in either order: they do not overlap within the country. */
      if (was.lon < was.lat)
        {
          was.lon = point->lat;
          was.lat = point->lon;
        }
      if (!(was.lon > 4000000 && was.lon < 6000000 && was.lat > 1000000 && was.lat < 3500000))
        return FALSE;
      tst_geo_from_9377 (was.lon, was.lat, &point->lat, &point->lon);
      break;
    case MEND_NONE:
    case N_MENDS:
    default:
      break;
    }
  return tst_geo_is_in_colombia (point->lat, point->lon);
}

static gboolean
mend_geometry (TstWorksReader *self, TstGeometry *geometry, TstColumn column, const char *text,
               GError **error)
{
  for (guint mend = 0; mend < N_MENDS; mend++)
    if (tst_geometry_transform (geometry, mend_point, GUINT_TO_POINTER (mend)))
      {
        if (mend != MEND_NONE)
          _tst_works_reader_warn (self, self->row, "%s", mend_messages[mend]);
        return TRUE;
      }
  return bad (error, column, text, "y queda fuera de Colombia: revise las coordenadas");
}

static gboolean
read_degrees (TstWorksReader *self, TstWorksRow *row, TstColumn column, double *value, GError **error)
{
  g_autofree char *text = clean (row->cells[column], FALSE, self->secop);

  *value = NAN;
  if (text == NULL)
    return TRUE;
  return tst_number_parse (text, FALSE, value)
         || bad (error, column, text, "y no es una coordenada: escriba grados con decimales, como 7.1193");
}

static gboolean
read_position (TstWorksReader *self, TstWorksRow *row, GError **error)
{
  TstWork *work = self->work;
  g_autoptr (TstGeometry) geometry = g_steal_pointer (&row->geometry);
  g_autofree char *wkt = geometry == NULL ? clean (row->cells[TST_COL_WKT], FALSE, self->secop) : NULL;
  double lat, lon;

  if (wkt != NULL)
    {
      geometry = tst_geometry_from_wkt (wkt, error);
      if (geometry == NULL)
        return FALSE;
    }
  if (!read_degrees (self, row, TST_COL_LAT, &lat, error)
      || !read_degrees (self, row, TST_COL_LON, &lon, error))
    return FALSE;
  if (isnan (lat) != isnan (lon))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                   "Falta «%s»: escriba latitud y longitud, o ninguna de las dos",
                   isnan (lat) ? "lat" : "lon");
      return FALSE;
    }
  /* What spreadsheets put where there is nothing. */
  if (lat == 0 && lon == 0)
    {
      _tst_works_reader_warn (self, self->row, "La posición 0, 0 se tomó como «sin posición».");
      lat = lon = NAN;
    }
  if (!isnan (lat))
    {
      g_autoptr (TstGeometry) point = tst_geometry_new_point (lat, lon);

      if (!mend_geometry (self, point, TST_COL_LAT, row->cells[TST_COL_LAT], error))
        return FALSE;
      work->lat = point->points[0].lat;
      work->lon = point->points[0].lon;
    }
  if (geometry == NULL)
    return TRUE;
  if (!mend_geometry (self, geometry, TST_COL_WKT, wkt != NULL ? wkt : "", error))
    return FALSE;
  if (isnan (work->lat))
    {
      TstPoint point = tst_geometry_representative_point (geometry);

      work->lat = point.lat;
      work->lon = point.lon;
    }
  if (geometry->type != TST_GEOMETRY_POINT || geometry->multi)
    work->geometry = g_steal_pointer (&geometry);
  return TRUE;
}

/* --- the rest --- */

static gboolean
read_number (TstWorksReader *self, TstWorksRow *row, TstColumn column, GError **error)
{
  gboolean money = _tst_work_fields[column].kind == TST_FIELD_MONEY;
  g_autofree char *text = clean (row->cells[column], FALSE, self->secop);

  if (text == NULL || tst_number_parse (text, money, _tst_work_number (self->work, column)))
    return TRUE;
  return bad (error, column, text,
              money ? "y no es un valor en pesos: escriba solo la cifra, como 1500000"
                    : "y no es un porcentaje: escriba solo la cifra, como 45,5");
}

static gboolean
read_date (TstWorksReader *self, TstWorksRow *row, TstColumn column, GError **error)
{
  g_autofree char *text = clean (row->cells[column], FALSE, self->secop);
  char iso[11];

  if (text == NULL)
    return TRUE;
  if (!tst_date_text_parse (text, self->date_order, iso))
    return bad (error, column, text, "y no es una fecha: escriba AAAA-MM-DD, como 2026-03-27");
  *_tst_work_text (self->work, column) = g_strdup (iso);
  return TRUE;
}

static void
replace (char **text, const char *with)
{
  g_free (*text);
  *text = g_strdup (with);
}

static gboolean
read_codes (TstWorksReader *self, GError **error)
{
  static const struct
  {
    TstColumn column;
    TstCodeList list;
  } open_lists[] = { { TST_COL_SECTOR, TST_LIST_SECTOR }, { TST_COL_TYPE, TST_LIST_WORK_TYPE } };
  TstWork *work = self->work;

  if (work->status != NULL)
    {
      const TstCode *code = find_code (self, TST_LIST_WORK_STATUS, work->status);

      if (code == NULL)
        {
          g_autofree char *codes = tst_code_list_join (TST_LIST_WORK_STATUS);
          g_autofree char *what = g_strdup_printf ("y debe ser uno de: %s", codes);

          return bad (error, TST_COL_STATUS, work->status, what);
        }
      replace (&work->status, code->code);
    }
  for (guint i = 0; i < G_N_ELEMENTS (open_lists); i++)
    {
      char **text = _tst_work_text (work, open_lists[i].column);
      const TstCode *code = *text != NULL ? find_code (self, open_lists[i].list, *text) : NULL;

      if (code != NULL)
        replace (text, code->code);
    }
  return TRUE;
}

static gboolean
read_fields (TstWorksReader *self, TstWorksRow *row, GError **error)
{
  for (guint i = 0; i < TST_N_WORK_COLUMNS; i++)
    switch (_tst_work_fields[i].kind)
      {
      case TST_FIELD_TEXT:
      case TST_FIELD_PROSE:
        *_tst_work_text (self->work, i)
            = clean (row->cells[i], _tst_work_fields[i].kind == TST_FIELD_PROSE, self->secop);
        break;
      case TST_FIELD_DATE:
        if (!read_date (self, row, i, error))
          return FALSE;
        break;
      case TST_FIELD_MONEY:
      case TST_FIELD_PERCENT:
        if (!read_number (self, row, i, error))
          return FALSE;
        break;
      case TST_FIELD_DEGREES:
      case TST_FIELD_WKT:
        break;
      default:
        g_assert_not_reached ();
      }
  return TRUE;
}

/* --- SECOP II --- */

static const char *
status_of_contract (const char *text)
{
  static const struct
  {
    const char *secop;
    const char *status;
  } map[] = {
    { "borrador", "contratacion" },
    { "en_aprobacion", "contratacion" },
    { "enviado_proveedor", "contratacion" },
    { "aprobado", "por_iniciar" },
    { "firmado", "por_iniciar" },
    { "en_ejecucion", "en_ejecucion" },
    { "activo", "en_ejecucion" },
    { "modificado", "en_ejecucion" },
    { "prorrogado", "en_ejecucion" },
    { "cedido", "en_ejecucion" },
    { "suspendido", "suspendida" },
    { "terminado", "terminada" },
    { "cerrado", "liquidada" },
    { "liquidado", "liquidada" },
    { "cancelado", "cancelada" },
  };
  g_autofree char *folded = tst_fold_name (text);

  for (guint i = 0; i < G_N_ELEMENTS (map); i++)
    if (strcmp (map[i].secop, folded) == 0)
      return map[i].status;
  return NULL;
}

/* A contract's object makes a long title: its beginning, cut between words; all of it is the description. */
static void
title_from_object (TstWork *work)
{
  char *end, *space;

  if (work->title == NULL || g_utf8_strlen (work->title, -1) <= MAX_TITLE)
    return;
  if (work->description == NULL)
    work->description = g_strdup (work->title);
  end = g_utf8_offset_to_pointer (work->title, MAX_TITLE - 1);
  *end = '\0';
  space = strrchr (work->title, ' ');
  if (space != NULL && space > work->title + MAX_TITLE / 2)
    *space = '\0';
  end = g_strconcat (work->title, "…", NULL);
  g_free (work->title);
  work->title = end;
}

static gboolean
is_about_a_work (TstWorksReader *self, TstWorksRow *row, const char **nature, GError **error)
{
  g_autofree char *type = clean (row->cells[TST_COL_CONTRACT_TYPE], FALSE, TRUE);
  g_autofree char *folded = type != NULL ? tst_fold_name (type) : NULL;

  *nature = NULL;
  if (folded == NULL)
    return TRUE;
  if (strcmp (folded, "obra") == 0 || strcmp (folded, "concesion") == 0
      || strcmp (folded, "asociacion_publico_privada") == 0 || strcmp (folded, "obra_publica") == 0)
    {
      *nature = "construction";
      return TRUE;
    }
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE,
               "El contrato es de tipo «%s», no de obra: no se importa. Si es una obra, corrija la columna "
               "«tipo_de_contrato».",
               type);
  return FALSE;
}

static gboolean
read_secop (TstWorksReader *self, TstWorksRow *row, GError **error)
{
  TstWork *work = self->work;
  g_autoptr (TstContract) contract = tst_contract_new ();
  g_autofree char *id_type = clean (row->cells[TST_COL_SUPPLIER_ID_TYPE], FALSE, TRUE);
  g_autofree char *days = clean (row->cells[TST_COL_DAYS_ADDED], FALSE, TRUE);
  const char *nature;

  if (!is_about_a_work (self, row, &nature, error))
    return FALSE;
  if (work->code == NULL && work->contract_number != NULL)
    work->code = g_strdup (work->contract_number);
  if (work->title == NULL && work->description != NULL)
    {
      work->title = g_strdup (work->description);
      g_strdelimit (work->title, "\n", ' ');
    }
  title_from_object (work);
  contract->status = clean (row->cells[TST_COL_CONTRACT_STATUS], FALSE, TRUE);
  if (work->status == NULL && contract->status != NULL)
    {
      work->status = g_strdup (status_of_contract (contract->status));
      if (work->status == NULL)
        _tst_works_reader_warn (self, self->row,
                                "El estado «%s» de SECOP no tiene equivalente: la obra quedó sin estado.",
                                contract->status);
    }

  contract->nature = g_strdup (nature);
  contract->number = g_strdup (work->contract_number);
  contract->secop_process = clean (row->cells[TST_COL_SECOP_PROCESS], FALSE, TRUE);
  if (work->code != NULL && g_str_has_prefix (work->code, "CO1."))
    contract->secop_contract = g_strdup (work->code);
  contract->url = g_strdup (work->secop_url);
  contract->modality = clean (row->cells[TST_COL_MODALITY], FALSE, TRUE);
  contract->contractor = g_strdup (work->contractor);
  /* A company's number is public; a person's is not ours to hold. */
  if (id_type != NULL && g_ascii_strcasecmp (id_type, "NIT") == 0)
    contract->contractor_nit = clean (row->cells[TST_COL_SUPPLIER_ID], FALSE, TRUE);
  contract->value_total = work->budget;
  contract->start = g_strdup (work->start_planned);
  contract->end = g_strdup (work->end_planned);
  if (days != NULL && !tst_number_parse (days, FALSE, &contract->days_added))
    contract->days_added = NAN;
  g_ptr_array_add (work->contracts, g_steal_pointer (&contract));
  return TRUE;
}

/* --- the row --- */

static gboolean
make_work (TstWorksReader *self, TstWorksRow *row, GError **error)
{
  TstWork *work = self->work;
  gpointer first;

  if (!read_fields (self, row, error))
    return FALSE;
  if (work->secop_url != NULL)
    {
      char *address = find_address (work->secop_url);

      if (address == NULL)
        _tst_works_reader_warn (self, self->row, "«secop_url» no es una dirección web: se dejó vacía.");
      g_free (work->secop_url);
      work->secop_url = address;
    }
  if ((self->secop && !read_secop (self, row, error)) || !read_codes (self, error)
      || !read_position (self, row, error) || !tst_work_validate (work, error))
    return FALSE;
  if (g_hash_table_lookup_extended (self->codes, work->code, NULL, &first))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_DUPLICATE,
                   "El código «%s» ya está en la fila %u: deje una sola fila por obra", work->code,
                   GPOINTER_TO_UINT (first));
      return FALSE;
    }
  g_hash_table_insert (self->codes, g_strdup (work->code), GUINT_TO_POINTER (self->row));
  return TRUE;
}

gboolean
_tst_works_reader_take (TstWorksReader *self, guint row, TstWorksRow *cells, GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean ok;

  self->row = row;
  tst_work_clear (self->work);
  ok = make_work (self, cells, &local);
  g_clear_pointer (&cells->geometry, tst_geometry_free);
  if (!ok)
    {
      _tst_works_reader_refuse (self, row, local->code, local->message);
      return TRUE;
    }
  self->result->rows++;
  self->result->accepted++;
  if (self->work->start_planned != NULL && self->work->end_planned != NULL
      && strcmp (self->work->start_planned, self->work->end_planned) > 0)
    _tst_works_reader_warn (
        self, row, "La obra termina antes de empezar («start_planned», «end_planned»): revise las fechas.");
  return self->funcs->accepted (self->work, row, self->user_data, error);
}
