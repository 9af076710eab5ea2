/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-outbox-sentence.h"

#include "format/tst-format.h"

#include <glib/gi18n.h>
#include <math.h>

/* «Sus 14 registros están guardados en esta tableta» */
static char *
safe_here (guint64 n)
{
  g_autofree char *number = tst_format_number ((double) n, 0);

  if (n == 0)
    return g_strdup (_("Lo que guarde queda en esta tableta."));
  return g_strdup_printf (ngettext ("Su %s registro está guardado en esta tableta.", "Sus %s registros están guardados en esta tableta.", n),
                          number);
}

static char *
duration (gint64 seconds)
{
  if (seconds < 60)
    return g_strdup_printf (ngettext ("%d segundo", "%d segundos", (gulong) MAX (seconds, 1)), (int) MAX (seconds, 1));
  if (seconds < 3600)
    return g_strdup_printf (ngettext ("%d minuto", "%d minutos", (gulong) ((seconds + 59) / 60)), (int) ((seconds + 59) / 60));
  return g_strdup_printf (ngettext ("%d hora", "%d horas", (gulong) ((seconds + 3599) / 3600)), (int) ((seconds + 3599) / 3600));
}

static char *
next_try (const TstOutboxMood *mood)
{
  g_autofree char *when = NULL;

  if (mood->retry_in_s < 0)
    return g_strdup (_("Se intenta de nuevo sin que usted haga nada."));
  when = duration (mood->retry_in_s);
  return g_strdup_printf (_("Próximo intento en %s."), when);
}

static char *
sending (const TstOutboxMood *mood)
{
  g_autofree char *done = tst_format_size ((double) mood->bytes_done);
  g_autofree char *total = tst_format_size ((double) mood->bytes_total);
  g_autofree char *rate = NULL, *left = NULL;

  if (mood->bytes_total == 0)
    return g_strdup (_("Enviando."));
  if (!(mood->rate >= 1))
    return g_strdup_printf (_("Enviando: van %s de %s."), done, total);
  rate = tst_format_size (mood->rate);
  if (mood->bytes_done >= mood->bytes_total)
    return g_strdup_printf (_("Ya salieron %s. Falta que la central confirme que los tiene."), total);
  left = duration ((gint64) fmin (ceil ((mood->bytes_total - mood->bytes_done) / mood->rate), 360000));
  return g_strdup_printf (_("Enviando: van %s de %s, a %s por segundo. Falta cerca de %s."), done, total, rate, left);
}

static const struct
{
  const char *code;
  const char *happened;
  gboolean stays; /* nothing is tried again by itself */
} troubles[] = {
  { "unreachable", N_("No hay conexión con la central."), FALSE },
  { "captive-portal", N_("Esta red pide iniciar sesión antes de dejar salir datos. Abra el navegador y entre, o cambie de red."), FALSE },
  { "redirected", N_("La red desvía la conexión a otro sitio y allá no se envió nada. Cambie de red."), FALSE },
  { "untrusted", N_("Quien responde no es la central de su Alcaldía, y no se le envió nada. Cambie de red y avise a la Alcaldía."), FALSE },
  { "bad-proof", N_("La central no pudo probar lo que dice. El envío se detuvo: avise a la Alcaldía."), TRUE },
  { "bad-signature", N_("La central firmó con otra llave, y no se le creyó. Avise a la Alcaldía."), FALSE },
  { "bad-receipt", N_("El recibo de la central no coincide con lo enviado, y no se le creyó. Avise a la Alcaldía."), FALSE },
  { "fork", N_("La central tiene otra versión de los registros de esta tableta. Avise a la Alcaldía."), TRUE },
  { "refused", N_("La central no acepta esta tableta por ahora. Pregunte en la Alcaldía."), FALSE },
  { "bad-enrolment", N_("El código del municipio no sirve o ya venció. Pida uno nuevo."), FALSE },
  { "busy", N_("La central está ocupada."), FALSE },
  { "no-space", N_("No hay espacio en esta tableta para trabajar. Libere espacio."), FALSE },
};

static char *
trouble (const TstOutboxMood *mood)
{
  const char *happened = _("El envío no pudo seguir.");
  gboolean stays = FALSE;
  g_autofree char *safe = safe_here (mood->waiting + mood->held);
  g_autofree char *next = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (troubles); i++)
    if (g_strcmp0 (troubles[i].code, mood->error_code) == 0)
      {
        happened = _(troubles[i].happened);
        stays = troubles[i].stays;
      }
  if (stays || g_strcmp0 (mood->state, "stopped") == 0)
    return g_strdup_printf ("%s %s", happened, safe);
  next = next_try (mood);
  return g_strdup_printf ("%s %s %s", happened, safe, next);
}

static char *
at_rest (const TstOutboxMood *mood)
{
  g_autofree char *number = tst_format_number ((double) (mood->waiting > 0 ? mood->waiting : mood->held), 0);

  if (mood->waiting > 0)
    return g_strdup_printf (ngettext ("%s registro está guardado en esta tableta y espera su turno para salir.",
                                      "%s registros están guardados en esta tableta y esperan su turno para salir.", mood->waiting), number);
  if (mood->held > 0)
    return g_strdup_printf (ngettext ("%s registro de la ciudadanía espera su hora para salir, así no se sabe quién lo dejó. Lo demás ya está en la central.",
                                      "%s registros de la ciudadanía esperan su hora para salir, así no se sabe quién los dejó. Lo demás ya está en la central.",
                                      mood->held), number);
  if (mood->set_aside > 0)
    return g_strdup (_("Lo que no se apartó ya está en la central, y esta tableta lo comprobó."));
  if (mood->received == 0)
    return g_strdup (_("Todavía no hay nada que enviar."));
  return g_strdup (_("Todo está en la central, y esta tableta lo comprobó."));
}

gboolean
tst_outbox_waits_for_wifi (const TstOutboxMood *mood)
{
  return g_strcmp0 (mood->state, "waiting") == 0 && (mood->error_code == NULL || *mood->error_code == '\0') && !mood->metered_allowed;
}

static char *
without_aside (const TstOutboxMood *mood)
{
  const char *code = mood->error_code != NULL ? mood->error_code : "";
  const char *state = mood->state != NULL ? mood->state : "idle";
  g_autofree char *safe = safe_here (mood->waiting + mood->held);

  if (!mood->enrolled)
    return g_strdup_printf (_("Esta tableta no tiene todavía el código de un municipio. %s Se envían cuando lo cargue."), safe);
  if (!mood->running)
    return g_strdup_printf (_("El envío no está en marcha. %s"), safe);
  if (mood->paused || g_str_equal (state, "paused"))
    return g_strdup_printf (_("Usted detuvo el envío. %s"), safe);
  if (g_str_equal (code, "not-enrolled") || g_str_equal (code, "town-keys-missing"))
    return g_strdup_printf (_("La Alcaldía aún no ha activado esta tableta. %s Se envían cuando la active."), safe);
  if (g_str_equal (state, "sending"))
    return sending (mood);
  if (g_str_equal (state, "connecting"))
    return *code == '\0' ? g_strdup_printf (_("Buscando la central. %s"), safe)
                         : g_strdup_printf (_("El último intento no sirvió; se busca la central otra vez. %s"), safe);
  if (*code != '\0')
    return trouble (mood);
  if (g_str_equal (state, "stopped"))
    return g_strdup_printf (_("El envío está detenido. %s"), safe);
  if (tst_outbox_waits_for_wifi (mood))
    return g_strdup_printf (_("Se espera una red Wi-Fi para enviar. %s"), safe);
  if (g_str_equal (state, "waiting") && mood->waiting > 0)
    {
      g_autofree char *next = next_try (mood);

      return g_strdup_printf ("%s %s", safe, next);
    }
  return at_rest (mood);
}

char *
tst_outbox_sentence (const TstOutboxMood *mood)
{
  g_autofree char *sentence = NULL;
  g_autofree char *aside = NULL;
  g_autofree char *number = NULL;

  g_return_val_if_fail (mood != NULL, NULL);
  sentence = without_aside (mood);
  if (mood->set_aside == 0)
    return g_steal_pointer (&sentence);
  number = tst_format_number ((double) mood->set_aside, 0);
  aside = g_strdup_printf (ngettext ("%s envío quedó apartado; vea por qué.", "%s envíos quedaron apartados; vea por qué.", mood->set_aside),
                           number);
  return g_strdup_printf ("%s %s", sentence, aside);
}

const char *
tst_outbox_reason (const char *code)
{
  static const struct
  {
    const char *code, *words;
  } reasons[] = {
    { "hash-mismatch", N_("El archivo de esta tableta cambió después de guardarse, y ya no es el que se firmó.") },
    { "missing-content", N_("El archivo ya no está en esta tableta.") },
    { "not-found", N_("El archivo ya no está en esta tableta.") },
    { "file-unreadable", N_("El archivo no se puede leer del disco.") },
    { "io", N_("El archivo no se puede leer del disco.") },
    { "too-large", N_("Es más grande de lo que la central acepta.") },
    { "not-an-image", N_("La central no lo reconoce como foto.") },
    { "damaged-image", N_("La foto está dañada y la central no pudo leerla.") },
    { "bad-envelope", N_("La central no pudo leer el registro.") },
    { "bad-body", N_("La central no pudo leer el contenido del registro.") },
    { "bad-signature", N_("La central no reconoce la firma de esta tableta.") },
    { "fork", N_("La central tiene otro registro con el mismo número.") },
    { "refused", N_("La central no lo aceptó.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (g_strcmp0 (reasons[i].code, code) == 0)
      return _(reasons[i].words);
  return _("La central no lo aceptó y no dio una razón que esta tableta conozca.");
}
