/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-xlsform-private.h"

#include "form/tst-form-values.h"

#include <math.h>
#include <string.h>

/* A row of the sheet "survey". */

/* What is told about a device or a person, and what the kiosk cannot do. */
static const struct
{
  const char *type;
  const char *what;
} left_out[] = {
  { "start", "No se guarda la hora en que alguien empieza: las respuestas son anónimas." },
  { "end", "No se guarda la hora en que alguien termina: las respuestas son anónimas." },
  { "deviceid", "No se guarda el número del aparato: las respuestas son anónimas." },
  { "subscriberid", "No se guarda el número de la línea: las respuestas son anónimas." },
  { "simserial", "No se guarda el número de la línea: las respuestas son anónimas." },
  { "phonenumber", "No se guarda el número de la línea: las respuestas son anónimas." },
  { "phone_number", "No se guarda el número de la línea: las respuestas son anónimas." },
  { "username", "No se guarda quién usa el aparato: las respuestas son anónimas." },
  { "email", "No se guarda el correo del aparato: las respuestas son anónimas." },
  { "caseid", "Los casos no existen aquí." },
  { "audit", "No se guarda el recorrido de quien responde: las respuestas son anónimas." },
  { "start-geopoint", "No se guarda el lugar de quien responde sin preguntarle: las respuestas son anónimas." },
  { "background-audio", "No se graba a quien responde sin preguntarle." },
  { "video", "El video no se puede responder aquí; la pregunta se omite." },
  { "file", "Un archivo no se puede adjuntar aquí; la pregunta se omite." },
  { "geotrace", "Una línea en el mapa no se puede responder aquí; la pregunta se omite." },
  { "geoshape", "Un área en el mapa no se puede responder aquí; la pregunta se omite." },
  { "csv-external", "Los archivos aparte no se leen; ponga las opciones en la hoja «choices»." },
  { "xml-external", "Los archivos aparte no se leen; ponga las opciones en la hoja «choices»." },
};

static const struct
{
  const char *name;
  TstQuestionType type;
} types[] = {
  { "text", TST_QUESTION_TEXT },         { "string", TST_QUESTION_TEXT },       { "integer", TST_QUESTION_INTEGER },
  { "int", TST_QUESTION_INTEGER },       { "decimal", TST_QUESTION_DECIMAL },   { "date", TST_QUESTION_DATE },
  { "time", TST_QUESTION_TIME },         { "datetime", TST_QUESTION_DATETIME }, { "range", TST_QUESTION_RANGE },
  { "note", TST_QUESTION_NOTE },         { "image", TST_QUESTION_IMAGE },       { "photo", TST_QUESTION_IMAGE },
  { "audio", TST_QUESTION_AUDIO },       { "geopoint", TST_QUESTION_GEOPOINT }, { "location", TST_QUESTION_GEOPOINT },
  { "barcode", TST_QUESTION_BARCODE },   { "acknowledge", TST_QUESTION_ACKNOWLEDGE }, { "trigger", TST_QUESTION_ACKNOWLEDGE },
  { "calculate", TST_QUESTION_CALCULATE }, { "hidden", TST_QUESTION_CALCULATE }, { "today", TST_QUESTION_CALCULATE },
  { "group", TST_QUESTION_GROUP },       { "repeat", TST_QUESTION_REPEAT },
};

static const struct
{
  const char *prefix;
  TstQuestionType type;
} selects[] = {
  { "select_one ", TST_QUESTION_ONE },           { "select one ", TST_QUESTION_ONE },
  { "select_multiple ", TST_QUESTION_MULTIPLE }, { "select multiple ", TST_QUESTION_MULTIPLE },
  { "select1 ", TST_QUESTION_ONE },              { "rank ", TST_QUESTION_RANK },
};

char *
_tst_xlsform_condition (const char *text)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);

  g_strstrip (lower);
  if (*lower == '\0' || strcmp (lower, "no") == 0 || strcmp (lower, "false") == 0 || strcmp (lower, "false()") == 0)
    return NULL;
  if (strcmp (lower, "yes") == 0 || strcmp (lower, "true") == 0)
    return g_strdup ("true()");
  return g_strdup (text);
}

char *
_tst_xlsform_literal (const char *text)
{
  g_autoptr (GString) out = NULL;
  g_auto (GStrv) parts = NULL;

  if (strchr (text, '\'') == NULL)
    return g_strconcat ("'", text, "'", NULL);
  if (strchr (text, '"') == NULL)
    return g_strconcat ("\"", text, "\"", NULL);
  out = g_string_new ("concat(");
  parts = g_strsplit (text, "'", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    g_string_append_printf (out, "%s'%s'", i > 0 ? ", \"'\", " : "", parts[i]);
  g_string_append_c (out, ')');
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* pyxform's rule, in short: it names a question or calls a function. */
static gboolean
is_dynamic (const char *text)
{
  return strstr (text, "${") != NULL || g_regex_match_simple ("^[a-z][a-z0-9:-]*\\(.*\\)$", text, G_REGEX_DOTALL, 0);
}

static char *
cell (TstSheetReader *self, guint row, const char *column)
{
  const char *text = _tst_sheet_reader_get (self, row, column);

  return *text != '\0' ? g_strdup (text) : NULL;
}

/* "start=1 end=10 step=1", "randomize=true": blanks, commas and semicolons part them. */
static void
read_parameters (TstSheetReader *self, guint row, TstQuestion *question)
{
  g_autofree char *text = g_ascii_strdown (_tst_sheet_reader_get (self, row, "parameters"), -1);
  g_auto (GStrv) parts = NULL;

  g_strdelimit (text, ",;", ' ');
  parts = tst_form_split (text);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *equals = strchr (parts[i], '=');
      g_autofree char *name = equals != NULL ? g_strndup (parts[i], equals - parts[i]) : g_strdup (parts[i]);
      double *number = strcmp (name, "start") == 0  ? &question->start
                       : strcmp (name, "end") == 0  ? &question->end
                       : strcmp (name, "step") == 0 ? &question->step
                                                    : NULL;

      if (question->type == TST_QUESTION_RANGE && number != NULL && equals != NULL && tst_form_is_decimal (equals + 1))
        *number = tst_form_text_to_number (equals + 1);
      else if (strcmp (name, "randomize") == 0 && equals != NULL)
        question->randomize = strcmp (equals + 1, "true") == 0;
      else if (strcmp (name, "seed") != 0 && strcmp (name, "max-pixels") != 0 && strcmp (name, "quality") != 0 && strcmp (name, "rows") != 0)
        _tst_sheet_reader_find (self, row, "parameters", FALSE, "«%s» no se usa.", parts[i]);
    }
  if (question->type == TST_QUESTION_RANGE
      && (question->step == 0 || question->start == question->end || fabs ((question->end - question->start) / question->step) > 1000))
    _tst_sheet_reader_find (self, row, "parameters", TRUE, "El rango no tiene valores: revise inicio, fin y paso.");
}

static void
read_appearance (TstSheetReader *self, guint row, TstQuestion *question)
{
  static const char *const understood[]
    = { "likert", "minimal", "horizontal", "horizontal-compact", "columns", "columns-pack", "quick", "quickcompact", "field-list", "multiline", "numbers", "label",
        "list-nolabel", "autocomplete", "search", "no-buttons", "vertical", "rating", "picker", "hidden", "month-year", "year", "no-calendar", "annotate", "new",
        "signature", "draw", "w1", "w2", "w3", "w4", "w5", "w6", "thousands-sep", "hide-input", "compact", NULL };
  const char *text = _tst_sheet_reader_get (self, row, "appearance");
  g_auto (GStrv) words = tst_form_split (text);

  for (guint i = 0; words[i] != NULL; i++)
    if (!g_strv_contains (understood, words[i]))
      _tst_sheet_reader_find (self, row, "appearance", FALSE, "La apariencia «%s» no se conoce; la pregunta se muestra como las demás.", words[i]);
  if (*text != '\0')
    {
      g_free (question->appearance);
      question->appearance = g_strjoinv (" ", words);
    }
}

/* "Other: which?" that "or_other" asks for: one more choice, and a text that is asked when it is chosen. */
static TstQuestion *
add_other (TstSheetReader *self, TstQuestion *question)
{
  TstChoiceList *list = tst_form_ensure_list (self->form, question->list);
  g_autofree char *name = g_strconcat (question->name, "_other", NULL);
  TstQuestion *other = tst_question_new (TST_QUESTION_TEXT, name);

  if (tst_choice_list_find (list, "other") == NULL)
    {
      TstChoice *choice = tst_choice_list_add (list, "other");

      for (guint i = 0; i < self->form->languages->len; i++)
        tst_form_set_words (self->form, &choice->label, i, strcmp (self->form->languages->pdata[i], "en") == 0 ? "Other" : "Otro");
    }
  for (guint i = 0; i < self->form->languages->len; i++)
    tst_form_set_words (self->form, &other->label, i, strcmp (self->form->languages->pdata[i], "en") == 0 ? "Which other?" : "¿Cuál otro?");
  other->relevant = g_strdup_printf ("selected(${%s}, 'other')", question->name);
  return other;
}

/* Type and list of "select_one list or_other". FALSE: none of the kind. */
static gboolean
read_select (TstSheetReader *self, guint row, const char *type, TstQuestionType *kind, char **list, gboolean *other)
{
  for (guint i = 0; i < G_N_ELEMENTS (selects); i++)
    if (g_ascii_strncasecmp (type, selects[i].prefix, strlen (selects[i].prefix)) == 0)
      {
        g_auto (GStrv) words = tst_form_split (type + strlen (selects[i].prefix));
        guint n = g_strv_length (words);

        *kind = selects[i].type;
        *other = (n == 2 && strcmp (words[1], "or_other") == 0) || (n == 3 && strcmp (words[1], "or") == 0 && strcmp (words[2], "other") == 0);
        if (n == 0 || (n > 1 && !*other))
          {
            _tst_sheet_reader_find (self, row, "type", TRUE, "«%s» no nombra una lista de opciones.", type);
            return FALSE;
          }
        *list = g_strdup (words[0]);
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_type (TstSheetReader *self, guint row, const char *type, TstQuestionType *kind, char **list, gboolean *other)
{
  guint before = self->findings->len;

  if (read_select (self, row, type, kind, list, other))
    return TRUE;
  if (self->findings->len > before)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_ascii_strcasecmp (type, types[i].name) == 0)
      {
        *kind = types[i].type;
        return TRUE;
      }
  for (guint i = 0; i < G_N_ELEMENTS (left_out); i++)
    if (g_ascii_strcasecmp (type, left_out[i].type) == 0)
      {
        _tst_sheet_reader_find (self, row, "type", FALSE, "%s", left_out[i].what);
        return FALSE;
      }
  if (g_ascii_strncasecmp (type, "select_one_from_file", 20) == 0 || g_ascii_strncasecmp (type, "select_multiple_from_file", 25) == 0
      || g_ascii_strncasecmp (type, "select_one_external", 19) == 0)
    _tst_sheet_reader_find (self, row, "type", TRUE, "Las opciones de un archivo aparte no se leen; póngalas en la hoja «choices».");
  else
    _tst_sheet_reader_find (self, row, "type", TRUE, "El tipo «%s» no se conoce.", type);
  return FALSE;
}

TstQuestion *
_tst_xlsform_question (TstSheetReader *self, guint row, const char *type, TstQuestion **other)
{
  const char *default_text = _tst_sheet_reader_get (self, row, "default");
  g_autofree char *sensitive = _tst_xlsform_condition (_tst_sheet_reader_get (self, row, "sensitive"));
  g_autofree char *list = NULL;
  TstQuestionType kind;
  TstQuestion *question;
  gboolean or_other = FALSE;

  if (!read_type (self, row, type, &kind, &list, &or_other))
    return NULL;
  question = tst_question_new (kind, _tst_sheet_reader_get (self, row, "name"));
  question->list = g_steal_pointer (&list);
  _tst_sheet_reader_words (self, row, "label", &question->label);
  _tst_sheet_reader_words (self, row, "hint", &question->hint);
  _tst_sheet_reader_words (self, row, "constraint_message", &question->constraint_message);
  _tst_sheet_reader_words (self, row, "required_message", &question->required_message);
  question->relevant = cell (self, row, "relevant");
  question->constraint = cell (self, row, "constraint");
  question->calculation = g_ascii_strcasecmp (type, "today") == 0 ? g_strdup ("today()") : cell (self, row, "calculation");
  question->sensitive = sensitive != NULL;
  question->choice_filter = cell (self, row, "choice_filter");
  question->repeat_count = kind == TST_QUESTION_REPEAT ? cell (self, row, "repeat_count") : NULL;
  question->required = _tst_xlsform_condition (_tst_sheet_reader_get (self, row, "required"));
  if (sensitive != NULL && question->required != NULL)
    {
      _tst_sheet_reader_find (self, row, "required", FALSE, "Una pregunta sensible es siempre voluntaria.");
      g_clear_pointer (&question->required, g_free);
    }
  question->read_only = _tst_xlsform_condition (_tst_sheet_reader_get (self, row, "read_only"));
  if (*default_text != '\0')
    question->default_value = is_dynamic (default_text) ? g_strdup (default_text) : _tst_xlsform_literal (default_text);
  read_appearance (self, row, question);
  read_parameters (self, row, question);
  if (question->label == NULL && (tst_question_is_asked (question) || kind == TST_QUESTION_NOTE) && question->calculation == NULL)
    _tst_sheet_reader_find (self, row, "label", FALSE, "La pregunta no tiene texto; se muestra su nombre.");
  if (kind == TST_QUESTION_CALCULATE && question->calculation == NULL && question->default_value == NULL)
    _tst_sheet_reader_find (self, row, "calculation", FALSE, "El cálculo está vacío.");
  if (or_other)
    *other = add_other (self, question);
  return question;
}
