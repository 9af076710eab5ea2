/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstForm:
 *
 * A questionnaire as XLSForm means it (xlsform.org, pyxform 2.0): questions in groups and repeats, lists of choices, expressions in ODK XPath.
 * Immutable once read, so any thread may look; counted with tst_form_ref() and tst_form_unref().
 */
typedef struct _TstForm TstForm;

/* The names are in the JSON of a form; append only. */
typedef enum
{
  TST_QUESTION_GROUP,     /* "group" */
  TST_QUESTION_REPEAT,    /* "repeat" */
  TST_QUESTION_NOTE,      /* "note" */
  TST_QUESTION_TEXT,      /* "text" */
  TST_QUESTION_INTEGER,   /* "integer" */
  TST_QUESTION_DECIMAL,   /* "decimal" */
  TST_QUESTION_DATE,      /* "date" */
  TST_QUESTION_TIME,      /* "time" */
  TST_QUESTION_DATETIME,  /* "datetime" */
  TST_QUESTION_ONE,       /* "select_one" */
  TST_QUESTION_MULTIPLE,  /* "select_multiple" */
  TST_QUESTION_RANK,      /* "rank" */
  TST_QUESTION_RANGE,     /* "range" */
  TST_QUESTION_ACKNOWLEDGE, /* "acknowledge" */
  TST_QUESTION_IMAGE,     /* "image" */
  TST_QUESTION_AUDIO,     /* "audio" */
  TST_QUESTION_GEOPOINT,  /* "geopoint" */
  TST_QUESTION_BARCODE,   /* "barcode" */
  TST_QUESTION_CALCULATE, /* "calculate": never shown */
  TST_N_QUESTION_TYPES
} TstQuestionType;

const char *tst_question_type_name (TstQuestionType type);
gboolean tst_question_type_parse (const char *name, TstQuestionType *type);

/* One text in each of the form's languages, by their place in the form; "" where one has none. NULL altogether: no text. */
typedef char **TstWords;

typedef struct
{
  char *name;
  TstWords label;
  GHashTable *columns; /* (nullable) further columns of the sheet by name, for choice filters */
} TstChoice;

typedef struct
{
  char *name;
  GPtrArray *choices; /* of TstChoice, in the order of the sheet */
} TstChoiceList;

typedef struct _TstQuestion TstQuestion;
struct _TstQuestion
{
  TstQuestionType type;
  char *name;
  TstWords label, hint, constraint_message, required_message;
  char *list;          /* (nullable) of select_one, select_multiple, rank */
  char *relevant, *constraint, *calculation, *required, *read_only, *choice_filter, *repeat_count, *default_value; /* (nullable) */
  char *appearance;    /* (nullable) words with blanks between */
  double start, end, step; /* of range */
  gboolean randomize;  /* the choices in another order for each person */
  gboolean sensitive;  /* about the person: never required, and small counts of it are not shown (tst-form-results.h) */
  GPtrArray *children; /* (nullable) of TstQuestion: of a group and a repeat */
  TstQuestion *parent; /* (nullable) not owned */
};

struct _TstForm
{
  int ref_count;
  char *code, *version;   /* @version "" where the file has none */
  GPtrArray *languages;   /* of "es", "en", or what the file calls it; at least one */
  guint default_language;
  TstWords title, intro;  /* @intro (nullable): a sentence on the first screen */
  gboolean staff;         /* filled in by staff about a visit, not by citizens */
  gboolean unmarked;      /* nobody has said which questions are about the person, as in a sheet made elsewhere: small counts of none are shown */
  GHashTable *lists;      /* of TstChoiceList by name */
  TstQuestion *root;      /* a group without a name that holds everything */
  GHashTable *by_name;    /* of TstQuestion, not owned */
};

TstForm *tst_form_new (const char *code);
TstForm *tst_form_ref (TstForm *self);
void tst_form_unref (TstForm *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstForm, tst_form_unref)

/* For readers: takes @question over and puts it at the end of @parent. FALSE when the name is taken already (@question is freed). */
gboolean tst_form_add (TstForm *self, TstQuestion *parent, TstQuestion *question);
TstQuestion *tst_question_new (TstQuestionType type, const char *name);
void tst_question_free (TstQuestion *self);
/* The list of that name, made if there is none yet. */
TstChoiceList *tst_form_ensure_list (TstForm *self, const char *name);
TstChoice *tst_choice_list_add (TstChoiceList *self, const char *name);
/* Puts @text into *@words, which is made with a slot for each language of @self if it is NULL. */
void tst_form_set_words (const TstForm *self, TstWords *words, guint language, const char *text);

const TstQuestion *tst_form_find (const TstForm *self, const char *name);
const TstChoiceList *tst_form_find_list (const TstForm *self, const char *name);
const TstChoice *tst_choice_list_find (const TstChoiceList *self, const char *name);
/* What a person is asked, groups, repeats and calculations not counted. */
guint tst_form_count_questions (const TstForm *self);
gboolean tst_question_is_asked (const TstQuestion *self);
gboolean tst_question_has_appearance (const TstQuestion *self, const char *word);
/* The innermost repeat that @self is in, itself not counted; NULL outside of all. */
const TstQuestion *tst_question_get_repeat (const TstQuestion *self);

/* The place of @lang ("es", "en", or the form's own name) among the languages; the default one when the form does not have it. */
guint tst_form_language (const TstForm *self, const char *lang);
/* In that language, else in the default one, else in any; NULL if there is none. */
const char *tst_form_words (const TstForm *self, const TstWords words, guint language);

/**
 * tst_form_from_json:
 *
 * The form that the shipped questionnaires and the tables are written in (data/form/README.md).
 *
 * Errors: TST_ERROR_BAD_JSON, TST_ERROR_MISSING_FIELD, TST_ERROR_BAD_VALUE; the text names the question.
 */
TstForm *tst_form_from_json (JsonObject *object, GError **error);
JsonObject *tst_form_to_json (const TstForm *self);

/* The six questionnaires that are compiled in (data/form/shipped), by code; (transfer full). NULL for another code. */
TstForm *tst_form_shipped (const char *code);
/* NULL-terminated, in the order in which people see them. Static. */
const char *const *tst_form_shipped_codes (void);

G_END_DECLS
