/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "form/tst-form-expression.h"
#include "form/tst-interview.h"

G_BEGIN_DECLS

struct _TstAnswer
{
  const TstQuestion *question;
  xmlNodePtr node;      /* its _private is the answer */
  TstAnswer *parent;    /* (nullable) */
  GPtrArray *children;  /* (nullable) of TstAnswer, entries of a repeat one by one */
  gboolean asked, required, read_only;
  char *kept;           /* (nullable) what was answered before it was no longer asked */
  gboolean touched;     /* a person answered it: its default is not put back */
};

/* The expressions of one question, ready. All nullable. */
typedef struct
{
  guint *kinds; /* (nullable) of choices, by their place in the list: those of one kind are alike to the filter */
  guint n_kinds;
  TstExpression *relevant, *constraint, *calculation, *required, *read_only, *choice_filter, *repeat_count, *default_value;
} TstQuestionRules;

struct _TstInterview
{
  GObject parent_instance;
  TstForm *form;
  TstClock *clock;
  TstFormView view;
  GHashTable *rules;      /* TstQuestionRules by question */
  GHashTable *nodes;      /* GPtrArray of xmlNodePtr by question, in the order of the document */
  GHashTable *instances;  /* xmlDocPtr of a list of choices by its name, made when first asked for */
  xmlDocPtr doc;
  TstAnswer *root;
  guint excused;          /* a bit for each TstQuestionType */
};

/* tst-interview-tree.c: answers come and go. */
TstAnswer *_tst_interview_build (TstInterview *self, TstAnswer *parent, const TstQuestion *question, xmlNodePtr parent_node, xmlNodePtr before);
void _tst_answer_free (gpointer answer);
void _tst_interview_index (TstInterview *self); /* after the tree changed */
const char *_tst_answer_text (const TstAnswer *answer);
gboolean _tst_answer_put (TstAnswer *answer, const char *text); /* TRUE when it was another */
TstQuestionRules *_tst_interview_rules (TstInterview *self, const TstQuestion *question);
GPtrArray *_tst_interview_nodes (gpointer interview, const TstQuestion *question, xmlNodePtr from);
xmlNodePtr _tst_interview_instance (gpointer interview, const char *list);
gboolean _tst_interview_compile (TstInterview *self, GError **error);
void _tst_question_rules_free (gpointer rules);

/* tst-interview.c: what is asked and reckoned, until nothing moves. */
void _tst_interview_settle (TstInterview *self);

G_END_DECLS
