/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstStaffForm:
 *
 * Name, role (as buttons) and PIN (twice) of somebody who works on this tablet. Signal "changed" (name or role).
 */
#define TST_TYPE_STAFF_FORM (tst_staff_form_get_type ())
G_DECLARE_FINAL_TYPE (TstStaffForm, tst_staff_form, TST, STAFF_FORM, GtkBox)

GtkWidget *tst_staff_form_new (void);
/* FALSE: something is missing or wrong, and the form says what. The texts belong to the form. */
gboolean tst_staff_form_get (TstStaffForm *self, const char **name, const char **role, const char **pin);
/* As they stand, whole or not; NULL @role: none. The texts belong to the form. */
void tst_staff_form_peek (TstStaffForm *self, const char **name, const char **role);
void tst_staff_form_set (TstStaffForm *self, const char *name, const char *role, const char *pin, const char *again);
void tst_staff_form_set_problem (TstStaffForm *self, const char *text);
const char *tst_staff_form_get_problem (TstStaffForm *self);

/* What people call a role's code, in their language. */
const char *tst_staff_role_label (const char *role);

G_END_DECLS
