/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-locating.h"

#define STARTED "tst-locating-started"

static void
on_map (GtkWidget *widget, TstSession *session)
{
  TstLocation *location = tst_session_get_location (session);

  if (location == NULL || g_object_get_data (G_OBJECT (widget), STARTED) != NULL)
    return;
  g_object_set_data_full (G_OBJECT (widget), STARTED, g_object_ref (location), g_object_unref);
  tst_location_start (location);
}

/* That one which was started, whatever the session has by now. */
static void
on_unmap (GtkWidget *widget)
{
  g_autoptr (TstLocation) location = g_object_steal_data (G_OBJECT (widget), STARTED);

  if (location != NULL)
    tst_location_stop (location);
}

void
tst_locating_while_seen (GtkWidget *widget, TstSession *session)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && TST_IS_SESSION (session));
  g_signal_connect_object (widget, "map", G_CALLBACK (on_map), session, 0);
  g_signal_connect (widget, "unmap", G_CALLBACK (on_unmap), NULL);
  if (gtk_widget_get_mapped (widget))
    on_map (widget, session);
}
