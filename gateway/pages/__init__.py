"""Pages by subject, in folders like those of their templates."""

from gateway.routes import FORM_BYTES as FORM_BYTES
from gateway.routes import Pages as Pages
from gateway.routes import command_id as command_id
from gateway.routes import new_id as new_id
from gateway.routes import now as now
from gateway.routes import see_other as see_other
