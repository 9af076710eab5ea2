/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-hand-over.h"

void
tst_hand_over (GMainContext *context, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, destroy);
  g_source_attach (source, context);
}

static gboolean
let_go (gpointer data)
{
  return G_SOURCE_REMOVE;
}

void
tst_unref_in (GMainContext *context, gpointer object)
{
  tst_hand_over (context, let_go, object, g_object_unref);
}

void
tst_unref_on_main (gpointer object)
{
  tst_unref_in (NULL, object);
}
