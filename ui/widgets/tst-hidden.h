/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* GTK before 4.10 tells assistive technology of every page of a stack as if all were on the screen: a reader would wander into pages that
 * nobody sees. From now on only the visible child of @stack is told of. */
void tst_hidden_follow_stack (GtkStack *stack);

G_END_DECLS
