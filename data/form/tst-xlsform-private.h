/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "form/tst-workbook.h"
#include "form/tst-xlsform.h"

G_BEGIN_DECLS

/* One sheet with its headings, and what is being read from it. */
typedef struct
{
  TstForm *form;
  GPtrArray *findings;
  const TstSheet *sheet;
  const char *sheet_name;
  guint header;          /* row of the headings */
  GHashTable *columns;   /* heading as this reader names it → column + 1 */
  GHashTable *headings;  /* the same → heading as the sheet has it */
} TstSheetReader;

/* FALSE when the sheet is missing or empty. @names: the headings that are known, each "canonical" or "alias=canonical"; NULL-terminated. */
gboolean _tst_sheet_reader_open (TstSheetReader *self, const TstWorkbook *workbook, const char *name, const char *const *names);
void _tst_sheet_reader_close (TstSheetReader *self);
/* "" where there is none; @row from 0 as tst_sheet_get() counts. */
const char *_tst_sheet_reader_get (TstSheetReader *self, guint row, const char *column);
void _tst_sheet_reader_find (TstSheetReader *self, guint row, const char *column, gboolean fatal, const char *format, ...) G_GNUC_PRINTF (5, 6);
/* Fills the languages of @self->form from headings such as "label::Español (es)". */
void _tst_sheet_reader_languages (TstSheetReader *self, const char *const *translated);
/* Texts in every language of "label", "label::Español (es)", … */
void _tst_sheet_reader_words (TstSheetReader *self, guint row, const char *column, TstWords *words);
/* "Español (es)" and "es" are "es". Free with g_free(). */
char *_tst_xlsform_language (const char *heading);

/* tst-xlsform-question.c: a row of "survey". FALSE: left out. */
TstQuestion *_tst_xlsform_question (TstSheetReader *self, guint row, const char *type, TstQuestion **other);
/* "yes", "TRUE", "true()", … as an expression; NULL: never. Free with g_free(). */
char *_tst_xlsform_condition (const char *text);
/* An expression that gives @text itself. */
char *_tst_xlsform_literal (const char *text);

G_END_DECLS
