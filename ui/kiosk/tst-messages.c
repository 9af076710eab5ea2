/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-messages.h"

#include "base/tst-error.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

static const struct
{
  const char *code, *text;
} messages[] = {
  { "failed", N_("Algo falló. Lo que ya estaba guardado sigue a salvo. Inténtelo otra vez.") },
  { "usage", N_("Falta algo para poder hacerlo. Nada cambió. Revise lo que escribió.") },
  { "io", N_("La tableta no pudo leer o escribir. Lo que ya estaba guardado sigue a salvo. Inténtelo otra vez; si se repite, reinicie la tableta.") },
  { "no-space", N_("No queda espacio en la tableta. Lo que ya estaba guardado sigue a salvo. Libere espacio o envíe lo que espera y vuelva a intentar.") },
  { "read-only", N_("La memoria de la tableta está protegida contra escritura. Lo guardado sigue a salvo. Avise a soporte.") },
  { "store-missing", N_("No se encuentra la carpeta de datos. No se creó nada nuevo. Revise que la tarjeta de memoria esté puesta.") },
  { "store-in-use", N_("Otro programa tiene abiertos los datos. Nada cambió. Ciérrelo y vuelva a intentar.") },
  { "store-damaged", N_("Los datos de esta tableta están dañados. No se borró nada: quedaron aparte. Avise a soporte.") },
  { "store-newer", N_("Una versión más nueva de Testigo guardó estos datos. Nada cambió. Actualice el programa.") },
  { "not-found", N_("Ya no está donde se esperaba. Nada cambió. Elíjalo otra vez.") },
  { "bad-json", N_("Ese texto no se entiende. Nada cambió. Cópielo otra vez, completo.") },
  { "unknown-field", N_("Hay un dato que esta versión no conoce. Nada se guardó. Actualice el programa.") },
  { "missing-field", N_("Falta un dato necesario. Nada se guardó y lo escrito sigue aquí. Complételo.") },
  { "bad-value", N_("Un dato no tiene la forma esperada. Nada se guardó y lo escrito sigue aquí. Corríjalo.") },
  { "file-unreadable", N_("El archivo no se puede leer. Los demás siguen su curso. Revise que exista y que usted pueda abrirlo.") },
  { "not-an-image", N_("El archivo no es una foto. Los demás siguen su curso. Use fotos JPEG, PNG, TIFF, WebP o HEIC.") },
  { "damaged-image", N_("La foto está dañada y no se puede leer. Las demás siguen su curso. Cópiela otra vez desde la cámara.") },
  { "no-decoder", N_("Este equipo no puede mostrar fotos HEIC. La foto está guardada tal como llegó, con su fecha y su lugar.") },
  { "too-large", N_("Es demasiado grande. Nada más se afecta. Use un archivo o un texto más corto.") },
  { "duplicate", N_("Esta misma foto ya está en este espacio. No se agregó otra vez y no falta nada.") },
  { "town-keys-missing", N_("Esta tableta aún no tiene el código del municipio, y sin él no se pueden proteger datos de personas. Nada se guardó y lo escrito sigue aquí. Cargue el código en Envíos.") },
  { "event-closed", N_("Este espacio ya está cerrado. Lo que tiene está a salvo. Abra uno nuevo para lo que sigue.") },
  { "wrong-state", N_("Eso ya se había hecho y no puede hacerse otra vez. Nada cambió.") },
  { "consent-missing", N_("Sin la autorización de la persona no se guardan sus datos. Nada se guardó y lo escrito sigue aquí. Puede asistir y opinar sin dejar sus datos.") },
  { "bad-signature", N_("La firma no coincide. No se aceptó nada. Avise a soporte.") },
  { "bad-envelope", N_("Un registro no tiene la forma correcta. No se aceptó. Avise a soporte.") },
  { "bad-body", N_("El contenido de un registro no tiene la forma correcta. No se aceptó. Avise a soporte.") },
  { "hash-mismatch", N_("El contenido no es el que se guardó. No se usó. Avise a soporte.") },
  { "bad-proof", N_("La prueba de la central no es correcta. Lo suyo sigue guardado aquí. Avise a soporte.") },
  { "bad-receipt", N_("El recibo de la central no es correcto. Lo suyo sigue guardado aquí. Avise a soporte.") },
  { "missing-content", N_("Falta un archivo que un registro nombra. El registro sigue aquí. Avise a soporte.") },
  { "fork", N_("Hay dos registros distintos con el mismo número. No se borró ninguno. Avise a soporte.") },
  { "gap", N_("Falta un registro en la cadena. Los demás siguen aquí. Avise a soporte.") },
  { "not-enrolled", N_("Esta tableta aún no tiene el código del municipio. Lo suyo se guarda aquí. Cargue el código para poder enviar.") },
  { "bad-enrolment", N_("El código del municipio no se puede leer. Nada cambió. Cópielo o fotografíelo otra vez, completo.") },
  { "unreachable", N_("No hay conexión con la central. Lo suyo está guardado en esta tableta y se envía solo cuando vuelva la red.") },
  { "captive-portal", N_("La red pide iniciar sesión antes de dejar pasar. Lo suyo sigue guardado aquí. Abra el navegador y entre a la red.") },
  { "redirected", N_("La red manda a otro sitio que no es la central. No se envió nada y lo suyo sigue guardado aquí. Pruebe otra red.") },
  { "untrusted", N_("Quien contesta no demuestra ser la central. No se envió nada y lo suyo sigue guardado aquí. Pruebe otra red y avise a soporte.") },
  { "refused", N_("La central no lo aceptó. Sigue guardado aquí. Mire la razón en Envíos.") },
  { "busy", N_("La central está ocupada. Lo suyo sigue guardado aquí y se envía solo más tarde.") },
  { "cancelled", N_("Se detuvo antes de terminar. Lo que ya decía «Guardado» está guardado.") },
  { "locked", N_("Se necesita el PIN de una persona del equipo. Nada se perdió. Entre con su PIN.") },
  { "new-origin", N_("El libro público del municipio terminó y empezó otro. Lo suyo está guardado aquí. Acéptelo solo si la Alcaldía lo confirma.") },
  { "torn", N_("El archivo se cortó antes del final. Lo que llegó entero sirve. Cópielo otra vez desde donde se hizo.") },
};

static const struct
{
  const char *field, *label;
} fields[] = {
  { "full_name", N_("Nombre y apellidos") },
  { "id_type", N_("Tipo de documento") },
  { "id_no", N_("Número de documento") },
  { "organisation", N_("Organización") },
  { "position", N_("Cargo") },
  { "actor_type", N_("Viene como") },
  { "phone", N_("Teléfono") },
  { "email", N_("Correo electrónico") },
  { "address", N_("Dirección") },
  { "barrio", N_("Barrio o vereda") },
  { "comuna", N_("Comuna") },
  { "guardian_name", N_("Nombre de quien autoriza (acudiente)") },
  { "sex", N_("Sexo") },
  { "gender", N_("Género") },
  { "age_band", N_("Edad") },
  { "ethnicity", N_("Pertenencia étnica") },
  { "disability", N_("Discapacidad") },
  { "victim", N_("Víctima del conflicto") },
  { "class", N_("Qué desea presentar") },
  { "subject", N_("Asunto") },
  { "text", N_("Qué quiere decir") },
  { "title", N_("Título") },
  { "reply_by", N_("Cómo quiere la respuesta") },
  { "caption", N_("Descripción") },
  { "alt", N_("Texto alternativo") },
  { "phase", N_("Momento de la obra") },
  { "item", N_("Parte de la obra") },
  { "work", N_("Obra") },
  { "place", N_("Posición") },
};

const char *
tst_message_for_code (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    if (g_strcmp0 (messages[i].code, code) == 0)
      return _(messages[i].text);
  return _(messages[0].text);
}

const char *
tst_message_field_label (const char *field)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_strcmp0 (fields[i].field, field) == 0)
      return _(fields[i].label);
  return NULL;
}

/* The fields that an error is about stand in its text as «name». */
static const char *
named_field (const GError *error)
{
  const char *start = strstr (error->message, "«");
  const char *end = start != NULL ? strstr (start, "»") : NULL;
  g_autofree char *name = NULL;

  if (end == NULL)
    return NULL;
  start += strlen ("«");
  name = g_strndup (start, end - start);
  return tst_message_field_label (name);
}

char *
tst_message_for_error (const GError *error)
{
  const char *label;

  g_return_val_if_fail (error != NULL, NULL);
  label = error->domain == TST_ERROR ? named_field (error) : NULL;
  if (label != NULL && g_error_matches (error, TST_ERROR, TST_ERROR_MISSING_FIELD))
    return g_strdup_printf (_("Falta «%s». Nada se guardó y lo escrito sigue aquí. Complete ese dato."), label);
  if (label != NULL && g_error_matches (error, TST_ERROR, TST_ERROR_BAD_VALUE))
    return g_strdup_printf (_("«%s» no tiene la forma esperada. Nada se guardó y lo escrito sigue aquí. Corrija ese dato."), label);
  if (label != NULL && g_error_matches (error, TST_ERROR, TST_ERROR_TOO_LARGE))
    return g_strdup_printf (_("«%s» es demasiado largo. Nada se guardó y lo escrito sigue aquí. Acórtelo."), label);
  if (label != NULL && g_error_matches (error, TST_ERROR, TST_ERROR_CONSENT_MISSING))
    return g_strdup_printf (_("«%s» es un dato sensible y falta su autorización. Nada se guardó y lo escrito sigue aquí. Autorícelo o déjelo en blanco."), label);
  return g_strdup (tst_message_for_code (tst_error_code (error)));
}

gboolean
tst_message_is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || g_error_matches (error, TST_ERROR, TST_ERROR_CANCELLED);
}
