/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstVisitFields:
 *
 * The controls of one record of a visit, made from a table: what a progress, a finding, a commitment, … asks for, read and shown as the members of its body.
 * Of a progress it computes the deviation while one types, and asks for its cause past five points.
 *
 * Property: "asks-cause" (boolean, notifies). Signal "changed".
 */
#define TST_TYPE_VISIT_FIELDS (tst_visit_fields_get_type ())
G_DECLARE_FINAL_TYPE (TstVisitFields, tst_visit_fields, TST, VISIT_FIELDS, GtkBox)

/* @type: of the record; @lang: "es" or "en"; @photos: (nullable): rows of the list "photos" to choose one of */
GtkWidget *tst_visit_fields_new (const char *type, const char *lang, TstFieldBook *book, JsonArray *photos);
/* The members that have a value; numbers as text. Empty: no size. */
JsonObject *tst_visit_fields_collect (TstVisitFields *self);
/* For a draft: as it was typed, and null where what @given (nullable: a body) has was emptied. */
JsonObject *tst_visit_fields_collect_draft (TstVisitFields *self, JsonObject *given);
/* @content: members of a body, or what tst_visit_fields_collect_draft() gave; others are left alone. */
void tst_visit_fields_show (TstVisitFields *self, JsonObject *content);
/* As if a person had typed or chosen it; NULL empties it. @name: of the member. */
void tst_visit_fields_set (TstVisitFields *self, const char *name, const char *value);
/* Null members for those that @before has and @content has not: what was emptied is taken away. */
void tst_visit_fields_add_emptied (TstVisitFields *self, JsonObject *content, JsonObject *before);
/* What still keeps it from being saved, in words for the person; the focus goes where it is mended. NULL: nothing. A cause is asked for once. */
const char *tst_visit_fields_complaint (TstVisitFields *self, JsonObject *content);

G_END_DECLS
