/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-hidden.h"

static void
follow (GtkStack *stack)
{
  GtkWidget *visible = gtk_stack_get_visible_child (stack);

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (stack)); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (child == visible)
      gtk_accessible_reset_state (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_STATE_HIDDEN);
    else
      gtk_accessible_update_state (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
}

void
tst_hidden_follow_stack (GtkStack *stack)
{
  GtkSelectionModel *pages;

  g_return_if_fail (GTK_IS_STACK (stack));

  /* The stack itself keeps its list of pages only as long as somebody looks at it. */
  pages = gtk_stack_get_pages (stack);
  g_object_set_data_full (G_OBJECT (stack), "tst-hidden-pages", pages, g_object_unref);
  g_signal_connect_object (pages, "items-changed", G_CALLBACK (follow), stack, G_CONNECT_SWAPPED);
  g_signal_connect (stack, "notify::visible-child", G_CALLBACK (follow), NULL);
  follow (stack);
}
