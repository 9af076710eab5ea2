/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-qr.h"

#include <qrencode.h>

#define QUIET 4 /* modules, ISO/IEC 18004 */

struct _TstQr
{
  GtkWidget parent_instance;
  QRcode *code; /* (nullable) */
  int size;
};

G_DEFINE_FINAL_TYPE (TstQr, tst_qr, GTK_TYPE_WIDGET)

static void
tst_qr_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                int *natural_baseline)
{
  TstQr *self = TST_QR (widget);

  *natural = self->size;
  *minimum = MIN (self->size, 180);
}

static void
tst_qr_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TstQr *self = TST_QR (widget);
  const GdkRGBA white = { 1, 1, 1, 1 };
  const GdkRGBA black = { 0, 0, 0, 1 };
  int side = MIN (gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  int scale, left, top;

  if (self->code == NULL)
    return;
  /* Whole pixels a module: readers dislike blurred edges. */
  scale = MAX (side / (self->code->width + 2 * QUIET), 1);
  side = scale * (self->code->width + 2 * QUIET);
  left = (gtk_widget_get_width (widget) - side) / 2;
  top = (gtk_widget_get_height (widget) - side) / 2;
  gtk_snapshot_append_color (snapshot, &white, &GRAPHENE_RECT_INIT (left, top, side, side));
  for (int y = 0; y < self->code->width; y++)
    for (int x = 0; x < self->code->width;)
      {
        int begin = x;

        while (x < self->code->width && (self->code->data[y * self->code->width + x] & 1))
          x++;
        if (x > begin)
          gtk_snapshot_append_color (snapshot, &black,
                                     &GRAPHENE_RECT_INIT (left + (begin + QUIET) * scale, top + (y + QUIET) * scale,
                                                          (x - begin) * scale, scale));
        else
          x++;
      }
}

static void
tst_qr_finalize (GObject *object)
{
  g_clear_pointer (&TST_QR (object)->code, QRcode_free);
  G_OBJECT_CLASS (tst_qr_parent_class)->finalize (object);
}

static void
tst_qr_class_init (TstQrClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tst_qr_finalize;
  widget_class->measure = tst_qr_measure;
  widget_class->snapshot = tst_qr_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
tst_qr_init (TstQr *self)
{
}

GtkWidget *
tst_qr_new (const char *text, const char *name, int size)
{
  TstQr *self = g_object_new (TST_TYPE_QR, NULL);

  self->size = size;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  tst_qr_set_text (self, text);
  return GTK_WIDGET (self);
}

void
tst_qr_set_text (TstQr *self, const char *text)
{
  g_return_if_fail (TST_IS_QR (self));
  g_clear_pointer (&self->code, QRcode_free);
  if (text != NULL && *text != '\0')
    self->code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

int
tst_qr_get_modules (TstQr *self)
{
  g_return_val_if_fail (TST_IS_QR (self), 0);
  return self->code != NULL ? self->code->width : 0;
}
