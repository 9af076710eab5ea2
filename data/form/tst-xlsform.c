/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-xlsform-private.h"

#include "base/tst-error.h"
#include "form/tst-form-expression.h"
#include "model/tst-code-lists.h"

#include <libxml/tree.h>
#include <string.h>

#define MAX_QUESTIONS 2000
#define MAX_CHOICES 50000

void
tst_form_finding_free (TstFormFinding *self)
{
  g_free (self->sheet);
  g_free (self->column);
  g_free (self->what);
  g_free (self);
}

/* --- a sheet with headings --- */

void
_tst_sheet_reader_find (TstSheetReader *self, guint row, const char *column, gboolean fatal, const char *format, ...)
{
  TstFormFinding *finding = g_new0 (TstFormFinding, 1);
  const char *heading = column != NULL && self->headings != NULL ? g_hash_table_lookup (self->headings, column) : NULL;
  va_list args;

  va_start (args, format);
  finding->what = g_strdup_vprintf (format, args);
  va_end (args);
  finding->sheet = g_strdup (self->sheet_name);
  finding->row = self->sheet != NULL && row != G_MAXUINT ? tst_sheet_get_row_number (self->sheet, row) : 0;
  finding->column = g_strdup (heading != NULL ? heading : column != NULL ? column : "");
  finding->fatal = fatal;
  g_ptr_array_add (self->findings, finding);
}

/* "Constraint Message::English" → "constraint_message::English": case, blanks and "_" do not matter before the language; one colon is an old way. */
static char *
plain_heading (const char *heading)
{
  const char *colon = strchr (heading, ':');
  g_autofree char *first = g_strndup (heading, colon != NULL ? (gsize) (colon - heading) : strlen (heading));
  g_autofree char *lower = g_ascii_strdown (g_strstrip (first), -1);

  g_strdelimit (lower, " -", '_');
  if (colon == NULL)
    return g_steal_pointer (&lower);
  while (*colon == ':' || *colon == ' ')
    colon++;
  return g_strconcat (lower, "::", colon, NULL);
}

static char *
canonical (const char *heading, const char *const *names)
{
  const char *colon = strstr (heading, "::");
  gsize length = colon != NULL ? (gsize) (colon - heading) : strlen (heading);

  for (guint i = 0; names[i] != NULL; i++)
    {
      const char *equals = strchr (names[i], '=');
      gsize n = equals != NULL ? (gsize) (equals - names[i]) : strlen (names[i]);

      if (n == length && strncmp (names[i], heading, n) == 0)
        return g_strconcat (equals != NULL ? equals + 1 : names[i], colon, NULL);
    }
  return g_strdup (heading);
}

gboolean
_tst_sheet_reader_open (TstSheetReader *self, const TstWorkbook *workbook, const char *name, const char *const *names)
{
  self->sheet_name = name;
  self->sheet = tst_workbook_find (workbook, name);
  self->columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->headings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (self->sheet == NULL)
    return FALSE;
  for (self->header = 0; self->header < tst_sheet_get_n_rows (self->sheet); self->header++)
    {
      for (guint column = 0; column < tst_sheet_get_n_columns (self->sheet); column++)
        {
          const char *heading = tst_sheet_get (self->sheet, self->header, column);
          g_autofree char *plain = plain_heading (heading);
          char *own;

          if (*heading == '\0')
            continue;
          own = canonical (plain, names);
          if (g_hash_table_contains (self->columns, own))
            _tst_sheet_reader_find (self, self->header, own, FALSE, "La columna está dos veces; se usa la primera.");
          else
            {
              g_hash_table_insert (self->headings, g_strdup (own), g_strdup (heading));
              g_hash_table_insert (self->columns, g_strdup (own), GUINT_TO_POINTER (column + 1));
            }
          g_free (own);
        }
      if (g_hash_table_size (self->columns) > 0)
        return TRUE;
    }
  return FALSE;
}

void
_tst_sheet_reader_close (TstSheetReader *self)
{
  g_clear_pointer (&self->columns, g_hash_table_unref);
  g_clear_pointer (&self->headings, g_hash_table_unref);
}

const char *
_tst_sheet_reader_get (TstSheetReader *self, guint row, const char *column)
{
  guint at = GPOINTER_TO_UINT (g_hash_table_lookup (self->columns, column));

  return at > 0 ? tst_sheet_get (self->sheet, row, at - 1) : "";
}

/* --- languages --- */

char *
_tst_xlsform_language (const char *heading)
{
  const char *open = strrchr (heading, '('), *close = open != NULL ? strchr (open, ')') : NULL;
  g_autofree char *folded = tst_fold_name (heading);

  if (close != NULL && close - open >= 3 && close - open <= 9)
    return g_ascii_strdown (open + 1, close - open - 1);
  if (strcmp (folded, "espanol") == 0 || strcmp (folded, "spanish") == 0 || strcmp (folded, "castellano") == 0)
    return g_strdup ("es");
  if (strcmp (folded, "english") == 0 || strcmp (folded, "ingles") == 0)
    return g_strdup ("en");
  return g_strdup (heading);
}

static void
add_language (TstForm *form, const char *heading)
{
  g_autofree char *language = _tst_xlsform_language (heading);

  for (guint i = 0; i < form->languages->len; i++)
    if (strcmp (form->languages->pdata[i], language) == 0)
      return;
  g_ptr_array_add (form->languages, g_steal_pointer (&language));
}

void
_tst_sheet_reader_languages (TstSheetReader *self, const char *const *translated)
{
  for (guint column = 0; self->sheet != NULL && column < tst_sheet_get_n_columns (self->sheet); column++)
    {
      g_autofree char *plain = plain_heading (tst_sheet_get (self->sheet, self->header, column));
      const char *colon = strstr (plain, "::");
      g_autofree char *first = colon != NULL ? g_strndup (plain, colon - plain) : NULL;

      if (colon != NULL && g_strv_contains (translated, first))
        add_language (self->form, colon + 2);
    }
}

void
_tst_sheet_reader_words (TstSheetReader *self, guint row, const char *column, TstWords *words)
{
  g_autofree char *prefix = g_strconcat (column, "::", NULL);
  const char *plain = _tst_sheet_reader_get (self, row, column);
  GHashTableIter iter;
  gpointer key;

  if (*plain != '\0')
    tst_form_set_words (self->form, words, self->form->default_language, plain);
  g_hash_table_iter_init (&iter, self->columns);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (g_str_has_prefix (key, prefix))
      {
        const char *text = _tst_sheet_reader_get (self, row, key);
        g_autofree char *language = _tst_xlsform_language ((const char *) key + strlen (prefix));

        for (guint i = 0; *text != '\0' && i < self->form->languages->len; i++)
          if (strcmp (self->form->languages->pdata[i], language) == 0)
            tst_form_set_words (self->form, words, i, text);
      }
}

/* --- settings --- */

static const char *const settings_names[]
  = { "form_title", "title=form_title", "form_id", "id_string=form_id", "version", "default_language", "style", "instance_name", "public_key",
      "submission_url", "allow_choice_duplicates", "auto_send", "auto_delete", "name", NULL };

static void
read_settings (TstSheetReader *self, const TstWorkbook *workbook, const char *file_name, char **default_language)
{
  gboolean there = _tst_sheet_reader_open (self, workbook, "settings", settings_names);
  guint row = self->header + 1;
  const char *code = there ? _tst_sheet_reader_get (self, row, "form_id") : "";
  const char *version = there ? _tst_sheet_reader_get (self, row, "version") : "";
  g_autofree char *base = g_strdup (file_name != NULL ? file_name : "formulario");
  g_autofree char *folded = NULL;

  if (g_str_has_suffix (base, ".xlsx"))
    base[strlen (base) - 5] = '\0';
  folded = tst_fold_name (*code != '\0' ? code : base);
  self->form = tst_form_new (*code != '\0' ? code : *folded != '\0' ? folded : "formulario");
  g_free (self->form->version);
  self->form->version = g_strdup (version);
  *default_language = there ? g_strdup (_tst_sheet_reader_get (self, row, "default_language")) : g_strdup ("");
  if (!there)
    return;
  if (*_tst_sheet_reader_get (self, row, "public_key") != '\0')
    _tst_sheet_reader_find (self, row, "public_key", FALSE, "No se usa: Testigo sella las respuestas con la clave del municipio.");
  if (*_tst_sheet_reader_get (self, row, "submission_url") != '\0')
    _tst_sheet_reader_find (self, row, "submission_url", FALSE, "No se usa: las respuestas van a la central del municipio.");
}

/* --- choices --- */

static const char *const choices_names[] = { "list_name", "list=list_name", "name", "value=name", "label", "image", "media", "audio", "video", "geometry", NULL };

static void
read_choices (TstSheetReader *self)
{
  guint n = 0;
  gboolean media_told = FALSE;
  static const char *const own[] = { "list_name", "name", "label", NULL };

  for (guint row = self->header + 1; row < tst_sheet_get_n_rows (self->sheet); row++)
    {
      const char *list_name = _tst_sheet_reader_get (self, row, "list_name");
      const char *name = _tst_sheet_reader_get (self, row, "name");
      TstChoiceList *list;
      TstChoice *choice;
      GHashTableIter iter;
      gpointer key;

      if (*list_name == '\0' && *name == '\0')
        continue;
      if (*list_name == '\0' || *name == '\0')
        {
          _tst_sheet_reader_find (self, row, *name == '\0' ? "name" : "list_name", TRUE, "La opción no tiene %s.", *name == '\0' ? "nombre" : "lista");
          continue;
        }
      if (++n > MAX_CHOICES)
        {
          _tst_sheet_reader_find (self, row, NULL, TRUE, "Hay más de %d opciones.", MAX_CHOICES);
          return;
        }
      list = tst_form_ensure_list (self->form, list_name);
      if (strpbrk (name, " \t\n") != NULL)
        _tst_sheet_reader_find (self, row, "name", TRUE, "El nombre de una opción no puede llevar espacios: «%s».", name);
      choice = tst_choice_list_add (list, name);
      _tst_sheet_reader_words (self, row, "label", &choice->label);
      if (choice->label == NULL)
        _tst_sheet_reader_find (self, row, "label", FALSE, "La opción «%s» no tiene texto; se muestra su nombre.", name);
      g_hash_table_iter_init (&iter, self->columns);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        {
          const char *text = _tst_sheet_reader_get (self, row, key);

          if (*text == '\0' || g_strv_contains (own, key) || g_str_has_prefix (key, "label::"))
            continue;
          if (strstr (key, "::") != NULL || g_strv_contains ((const char *const[]){ "image", "audio", "video", "media", NULL }, key))
            {
              if (!media_told)
                _tst_sheet_reader_find (self, row, key, FALSE, "Las imágenes y sonidos de las opciones no se muestran.");
              media_told = TRUE;
              continue;
            }
          if (choice->columns == NULL)
            choice->columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
          g_hash_table_insert (choice->columns, g_strdup (key), g_strdup (text));
        }
    }
}

/* The same name twice in a list is told once a list: whoever answers could not be understood. */
static void
check_choices (TstSheetReader *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint row = self->header + 1; row < tst_sheet_get_n_rows (self->sheet); row++)
    {
      const char *list = _tst_sheet_reader_get (self, row, "list_name"), *name = _tst_sheet_reader_get (self, row, "name");
      g_autofree char *both = g_strconcat (list, "\n", name, NULL);

      if (*list != '\0' && *name != '\0' && !g_hash_table_add (seen, g_steal_pointer (&both)))
        _tst_sheet_reader_find (self, row, "name", TRUE, "La lista «%s» tiene dos opciones con el nombre «%s».", list, name);
    }
}

/* --- survey --- */

static const char *const survey_names[]
  = { "type", "name", "label", "caption=label", "hint", "guidance_hint", "constraint", "constraint_message", "constraint_msg=constraint_message",
      "required", "required_message", "relevant", "relevance=relevant", "calculation", "calculate=calculation", "choice_filter", "appearance",
      "default", "read_only", "readonly=read_only", "repeat_count", "count=repeat_count", "jr:count=repeat_count", "parameters", "trigger", "note", "image", "media",
      "audio", "video", "big_image", "autoplay", "sensitive", "body", "bind", "instance", "save_to", "hxl", "disabled", NULL };

static gboolean
is_name (const char *name)
{
  return xmlValidateNCName ((const xmlChar *) name, 0) == 0;
}

/* "begin_group" and "begin group"; *@what is what begins or ends. 1: begins, -1: ends, 0: neither. */
static int
boundary (const char *type, const char **what)
{
  static const char *const begins[] = { "begin group", "begin_group", "begin repeat", "begin_repeat", "begin loop", "begin_loop" };
  static const char *const ends[] = { "end group", "end_group", "end repeat", "end_repeat", "end loop", "end_loop" };

  for (guint i = 0; i < G_N_ELEMENTS (begins); i++)
    {
      *what = i < 2 ? "group" : i < 4 ? "repeat" : "loop";
      if (g_ascii_strcasecmp (type, begins[i]) == 0)
        return 1;
      if (g_ascii_strcasecmp (type, ends[i]) == 0)
        return -1;
    }
  return 0;
}

static void
tell_ignored (TstSheetReader *self)
{
  static const struct
  {
    const char *column, *what;
  } ignored[] = {
    { "trigger", "«trigger» no se usa: los cálculos se rehacen con cada respuesta." },
    { "image", "Las imágenes de las preguntas no se muestran." },
    { "audio", "Los sonidos de las preguntas no se oyen." },
    { "video", "Los videos de las preguntas no se muestran." },
    { "media", "Las imágenes y sonidos de las preguntas no se muestran." },
    { "bind", "Las columnas «bind::» no se usan." },
    { "body", "Las columnas «body::» no se usan." },
    { "instance", "Las columnas «instance::» no se usan." },
    { "save_to", "Las entidades de ODK no se guardan." },
    { "guidance_hint", "Las notas para quien encuesta no se muestran: aquí responde la persona sola." },
  };

  for (guint row = self->header + 1; row < tst_sheet_get_n_rows (self->sheet); row++)
    for (guint i = 0; i < G_N_ELEMENTS (ignored); i++)
      {
        GHashTableIter iter;
        gpointer key;

        g_hash_table_iter_init (&iter, self->columns);
        while (g_hash_table_iter_next (&iter, &key, NULL))
          if ((strcmp (key, ignored[i].column) == 0
               || (g_str_has_prefix (key, ignored[i].column) && strncmp ((const char *) key + strlen (ignored[i].column), "::", 2) == 0))
              && *_tst_sheet_reader_get (self, row, key) != '\0')
            _tst_sheet_reader_find (self, row, key, FALSE, "%s", ignored[i].what);
      }
}

static void
add_question (TstSheetReader *self, TstQuestion *parent, TstQuestion *question, guint row)
{
  g_autofree char *name = g_strdup (question->name);

  if (!tst_form_add (self->form, parent, question))
    _tst_sheet_reader_find (self, row, "name", TRUE, "Otra pregunta se llama «%s». Cada nombre puede estar una sola vez.", name);
}

static void
read_survey (TstSheetReader *self)
{
  TstQuestion *parent = self->form->root;
  guint depth = 0, n = 0, skip_depth = 0;

  for (guint row = self->header + 1; row < tst_sheet_get_n_rows (self->sheet); row++)
    {
      const char *type = _tst_sheet_reader_get (self, row, "type"), *name = _tst_sheet_reader_get (self, row, "name");
      g_autofree char *disabled = g_ascii_strdown (_tst_sheet_reader_get (self, row, "disabled"), -1);
      const char *what;
      int edge;
      TstQuestion *question, *other = NULL;

      if (*type == '\0')
        {
          if (*name != '\0' || *_tst_sheet_reader_get (self, row, "label") != '\0')
            _tst_sheet_reader_find (self, row, "type", TRUE, "La fila no dice de qué tipo es la pregunta.");
          continue;
        }
      edge = boundary (type, &what);
      if (*disabled == 'y' || *disabled == 't' || skip_depth > 0)
        {
          skip_depth += edge > 0 ? 1 : 0;
          skip_depth -= edge < 0 && skip_depth > 0 ? 1 : 0;
          continue;
        }
      if (edge < 0)
        {
          gboolean repeat = strcmp (what, "repeat") == 0;

          if (depth == 0 || (parent->type == TST_QUESTION_REPEAT) != repeat)
            _tst_sheet_reader_find (self, row, "type", TRUE, "«%s» no cierra nada que esté abierto.", type);
          else
            {
              parent = parent->parent;
              depth--;
            }
          continue;
        }
      if (strcmp (what, "loop") == 0 && edge > 0)
        {
          _tst_sheet_reader_find (self, row, "type", TRUE, "«begin loop» no existe aquí; use «begin repeat».");
          skip_depth = 1;
          continue;
        }
      if (++n > MAX_QUESTIONS)
        {
          _tst_sheet_reader_find (self, row, NULL, TRUE, "Hay más de %d filas.", MAX_QUESTIONS);
          return;
        }
      if (!is_name (name))
        {
          _tst_sheet_reader_find (self, row, "name", TRUE,
                                  *name == '\0' ? "La pregunta no tiene nombre." : "«%s» no sirve de nombre: letras, números y «_», y una letra primero.", name);
          skip_depth += edge > 0 ? 1 : 0;
          continue;
        }
      question = _tst_xlsform_question (self, row, edge > 0 ? what : type, &other);
      if (question == NULL)
        continue;
      add_question (self, parent, question, row);
      if (other != NULL)
        add_question (self, parent, other, row);
      if (edge > 0 && tst_form_find (self->form, name) == question)
        {
          parent = question;
          depth++;
        }
      else if (edge > 0)
        skip_depth = 1;
    }
  if (depth > 0)
    _tst_sheet_reader_find (self, G_MAXUINT, "type", TRUE, "El grupo «%s» no se cierra.", parent->name);
}

/* Every expression is made ready once, so that nothing is found wrong at the kiosk. */
static void
check_expressions (TstSheetReader *self)
{
  static const char *const columns[] = { "relevant", "constraint", "calculation", "required", "read_only", "choice_filter", "repeat_count", "default" };

  for (guint row = self->header + 1; row < tst_sheet_get_n_rows (self->sheet); row++)
    {
      const TstQuestion *question = tst_form_find (self->form, _tst_sheet_reader_get (self, row, "name"));
      const char *const texts[] = { question ? question->relevant : NULL,      question ? question->constraint : NULL,
                                    question ? question->calculation : NULL,   question ? question->required : NULL,
                                    question ? question->read_only : NULL,     question ? question->choice_filter : NULL,
                                    question ? question->repeat_count : NULL,  question ? question->default_value : NULL };

      for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (TstExpression) expression = texts[i] != NULL ? tst_expression_new (self->form, texts[i], &error) : NULL;

          if (error != NULL && *_tst_sheet_reader_get (self, row, columns[i]) != '\0')
            _tst_sheet_reader_find (self, row, columns[i], TRUE, "%s.", error->message);
        }
      if (question != NULL && (question->type == TST_QUESTION_ONE || question->type == TST_QUESTION_MULTIPLE || question->type == TST_QUESTION_RANK)
          && tst_form_find_list (self->form, question->list) == NULL)
        _tst_sheet_reader_find (self, row, "type", TRUE, "La lista de opciones «%s» no está en la hoja «choices».", question->list);
    }
}

/* --- the form --- */

static void
settle_languages (TstForm *form, const char *default_language)
{
  g_autofree char *own = *default_language != '\0' ? _tst_xlsform_language (default_language) : NULL;

  if (own != NULL)
    add_language (form, own);
  if (form->languages->len == 0)
    g_ptr_array_add (form->languages, g_strdup ("es"));
  form->default_language = tst_form_language (form, own != NULL ? own : "es");
}

TstForm *
tst_xlsform_read (GBytes *bytes, const char *file_name, GPtrArray **findings, GError **error)
{
  static const char *const translated[] = { "label", "hint", "constraint_message", "required_message", NULL };
  g_autoptr (TstWorkbook) workbook = NULL;
  TstSheetReader settings = { 0 }, choices = { 0 }, survey = { 0 };
  g_autofree char *default_language = NULL;
  g_autoptr (TstForm) form = NULL;
  gboolean has_choices;
  guint fatal = 0;

  *findings = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_form_finding_free);
  workbook = tst_workbook_read (bytes, error);
  if (workbook == NULL)
    return NULL;
  settings.findings = choices.findings = survey.findings = *findings;
  read_settings (&settings, workbook, file_name, &default_language);
  form = settings.form;
  choices.form = survey.form = form;
  has_choices = _tst_sheet_reader_open (&choices, workbook, "choices", choices_names);
  if (!_tst_sheet_reader_open (&survey, workbook, "survey", survey_names))
    _tst_sheet_reader_find (&survey, G_MAXUINT, NULL, TRUE, "El libro no tiene la hoja «survey»: no es un XLSForm.");
  else if (g_hash_table_lookup (survey.columns, "type") == NULL || g_hash_table_lookup (survey.columns, "name") == NULL)
    _tst_sheet_reader_find (&survey, G_MAXUINT, NULL, TRUE, "La hoja «survey» necesita las columnas «type» y «name».");
  else
    {
      _tst_sheet_reader_languages (&survey, translated);
      _tst_sheet_reader_languages (&choices, translated);
      settle_languages (form, default_language);
      if (*_tst_sheet_reader_get (&settings, settings.header + 1, "form_title") != '\0')
        tst_form_set_words (form, &form->title, form->default_language, _tst_sheet_reader_get (&settings, settings.header + 1, "form_title"));
      else
        tst_form_set_words (form, &form->title, form->default_language, form->code);
      if (has_choices)
        {
          read_choices (&choices);
          /* KoboToolbox and ODK both allow it when the settings say so. */
          if (*_tst_sheet_reader_get (&settings, settings.header + 1, "allow_choice_duplicates") == '\0')
            check_choices (&choices);
        }
      form->unmarked = g_hash_table_lookup (survey.columns, "sensitive") == NULL;
      read_survey (&survey);
      check_expressions (&survey);
      tell_ignored (&survey);
      if (tst_form_count_questions (form) == 0)
        _tst_sheet_reader_find (&survey, G_MAXUINT, NULL, TRUE, "El formulario no tiene preguntas.");
    }
  _tst_sheet_reader_close (&settings);
  _tst_sheet_reader_close (&choices);
  _tst_sheet_reader_close (&survey);
  for (guint i = 0; i < (*findings)->len; i++)
    fatal += ((TstFormFinding *) (*findings)->pdata[i])->fatal;
  if (fatal > 0)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "The form cannot be used: %u cells have to be mended first. Nothing was imported.", fatal);
      return NULL;
    }
  return g_steal_pointer (&form);
}
