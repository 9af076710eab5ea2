/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tst-shot.h"

static gboolean
on_deadline (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
on_tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
tst_wait_until (TstCondition done, gpointer user_data, guint seconds)
{
  gboolean late = FALSE;
  guint id = g_timeout_add_seconds (seconds, on_deadline, &late);
  /* So that a condition that no event announces is asked again. */
  guint tick = g_timeout_add (20, on_tick, NULL);

  while (!done (user_data))
    {
      g_assert_false (late);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (tick);
  if (!late)
    g_source_remove (id);
}

void
tst_settle (guint milliseconds)
{
  gboolean over = FALSE;

  g_timeout_add (milliseconds, on_deadline, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

void
tst_shot (GtkWidget *widget, const char *path)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
  /* What was just asked to be drawn anew has no picture until the next frame. */
  for (int i = 0; node == NULL && i < 40; i++)
    {
      tst_settle (50);
      snapshot = gtk_snapshot_new ();
      gdk_paintable_snapshot (paintable, snapshot, width, height);
      node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
    }
  g_assert_nonnull (node);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (gtk_widget_get_native (widget)), node,
                                         &GRAPHENE_RECT_INIT (0, 0, width, height));
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

void
tst_shot_named (GtkWidget *widget, const char *name)
{
  const char *folder = g_getenv ("TST_SHOTS");
  g_autofree char *path = folder != NULL ? g_strdup_printf ("%s/%s.png", folder, name) : NULL;

  if (path == NULL)
    return;
  tst_settle (500);
  tst_shot (widget, path);
}
